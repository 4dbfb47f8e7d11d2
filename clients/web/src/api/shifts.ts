import { queryOptions } from '@tanstack/react-query';
import { get, send } from './http';
import { pagedQuery } from './lists';
import type { Money, Page, Shift } from './types';

export const shiftKeys = {
  all: ['shifts'] as const,
  list: ['shifts', 'list'] as const,
  shift: (id: string) => ['shifts', 'shift', id] as const,
};

export const shiftsQuery = (filter: { till?: string; from?: string; to?: string }) =>
  pagedQuery<Page<Shift>>(shiftKeys.list, '/shifts', filter);

export const shiftQuery = (id: string) =>
  queryOptions({
    queryKey: shiftKeys.shift(id),
    queryFn: ({ signal }) => get<Shift>(`/shifts/${id}`, undefined, signal),
  });

export const openShift = (body: { till_id: string; counted: Money }, key: string) =>
  send<Shift>('POST', '/shifts', { key, body, durable: true });
export const moveCash = (
  { id, way, ...body }: { id: string; way: 'cash-in' | 'cash-out'; amount: Money; reason: string },
  key: string,
) => send<Shift>('POST', `/shifts/${id}/${way}`, { key, body, durable: true });
export const closeShift = (
  { id, ...body }: { id: string; counted: Money; explanation?: string },
  key: string,
) => send<Shift>('POST', `/shifts/${id}/close`, { key, body, durable: true });
export const printShift = ({ id, kind }: { id: string; kind: 'x' | 'z' }, key: string) =>
  send<void>('POST', `/shifts/${id}/print`, { key, body: { kind } });
