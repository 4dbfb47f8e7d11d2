import { send } from './http';
import { pagedQuery } from './lists';
import type { Customer, CustomerInput, Page } from './types';

export const partyKeys = { customers: ['parties', 'customers'] as const };

export const customersQuery = (filter: { q?: string }) =>
  pagedQuery<Page<Customer>>(partyKeys.customers, '/customers', filter);
export const saveCustomer = ({ id, ...body }: CustomerInput & { id?: string }, key: string) =>
  id
    ? send<Customer>('PUT', `/customers/${id}`, { key, body, durable: true })
    : send<Customer>('POST', '/customers', { key, body, durable: true });
export const eraseCustomer = (id: string, key: string) =>
  send<void>('POST', `/customers/${id}/erase`, { key });
