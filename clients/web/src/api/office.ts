import { queryOptions } from '@tanstack/react-query';
import { get, send } from './http';
import { pagedQuery } from './lists';
import type { EnrolCode, OfficeDay, OfficeStore, Sale, SalePage, SyncState } from './types';

export const officeKeys = {
  all: ['office'] as const,
  sync: ['office', 'sync'] as const,
  stores: ['office', 'stores'] as const,
  days: (node: string) => ['office', 'days', node] as const,
  sales: (node: string) => ['office', 'sales', node] as const,
  sale: (node: string, id: string) => ['office', 'sale', node, id] as const,
};

export const syncQuery = queryOptions({
  queryKey: officeKeys.sync,
  queryFn: ({ signal }) => get<SyncState>('/sync', undefined, signal),
  refetchInterval: 15_000,
});
export const storesQuery = queryOptions({
  queryKey: officeKeys.stores,
  queryFn: ({ signal }) => get<OfficeStore[]>('/office/stores', undefined, signal),
  refetchInterval: 15_000,
});
export const storeDaysQuery = (node: string, from: string, to: string) =>
  queryOptions({
    queryKey: [...officeKeys.days(node), from, to],
    queryFn: ({ signal }) => get<OfficeDay[]>(`/office/stores/${node}/days`, { from, to }, signal),
  });
export const storeSalesQuery = (node: string, filter: { from?: string; to?: string; number?: string }) =>
  pagedQuery<SalePage>(officeKeys.sales(node), `/office/stores/${node}/sales`, filter);
export const storeSaleQuery = (node: string, id: string) =>
  queryOptions({
    queryKey: officeKeys.sale(node, id),
    queryFn: ({ signal }) => get<Sale>(`/office/stores/${node}/sales/${id}`, undefined, signal),
  });

export const enrol = (body: { url: string; code: string; fingerprint?: string }, key: string) =>
  send<SyncState>('POST', '/sync/enroll', { key, body });
export const makeEnrolCode = (store_name: string, key: string) =>
  send<EnrolCode>('POST', '/office/codes', { key, body: { store_name } });
