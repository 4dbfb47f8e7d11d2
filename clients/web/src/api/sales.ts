import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get, send } from './http';
import { pagedQuery } from './lists';
import type { ReturnAnswer, ReturnInput, ReturnQuote, Sale, SalePage } from './types';

export const salesKeys = {
  all: ['sales'] as const,
  list: ['sales', 'list'] as const,
  sale: (id: string) => ['sales', 'sale', id] as const,
  byNumber: (number: string) => ['sales', 'by-number', number] as const,
  recent: ['sales', 'recent'] as const,
  pending: (id: string) => ['sales', 'pending-return', id] as const,
  /** Outside of `all`: once the return is made, its quote is of no use and not asked again. */
  quote: (sale: string, lines: string) => ['return-quote', sale, lines] as const,
};

export type SaleFilter = {
  from?: string;
  to?: string;
  cashier?: string;
  customer?: string;
  till?: string;
  method?: string;
  number?: string;
  q?: string;
  kind?: 'sale' | 'return' | 'all';
};

export const salesQuery = (filter: SaleFilter) => pagedQuery<SalePage>(salesKeys.list, '/sales', filter);
export const returnsQuery = (filter: { from?: string; to?: string; number?: string }) =>
  salesQuery({ ...filter, kind: 'return' });

const RECENT = 6;
export const recentSalesQuery = queryOptions({
  queryKey: salesKeys.recent,
  queryFn: ({ signal }) => get<SalePage>('/sales', { kind: 'all', limit: RECENT }, signal),
});

/** The sale made last at a till. */
export const lastSaleQuery = (till: string) =>
  queryOptions({
    queryKey: [...salesKeys.recent, 'last', till],
    queryFn: ({ signal }) => get<SalePage>('/sales', { kind: 'sale', till, limit: 1 }, signal),
    enabled: till !== '',
    staleTime: 0,
  });

/** The latest sales that something may still come back from. */
export const latestSalesQuery = queryOptions({
  queryKey: [...salesKeys.recent, 'sale'],
  queryFn: ({ signal }) => get<SalePage>('/sales', { kind: 'sale', limit: RECENT }, signal),
});

export const saleQuery = (id: string) =>
  queryOptions({
    queryKey: salesKeys.sale(id),
    queryFn: ({ signal }) => get<Sale>(`/sales/${id}`, undefined, signal),
  });

export const saleByNumberQuery = (number: string) =>
  queryOptions({
    queryKey: salesKeys.byNumber(number),
    queryFn: ({ signal }) => get<Sale>(`/sales/by-number/${encodeURIComponent(number)}`, undefined, signal),
    enabled: number !== '',
    retry: false,
    staleTime: 0,
  });

/** A return that waits for the terminal to give the money back. */
export const pendingReturnQuery = (id: string | null) =>
  queryOptions({
    queryKey: salesKeys.pending(id ?? 'none'),
    queryFn: ({ signal }) => get<ReturnAnswer>(`/returns/pending/${id}`, undefined, signal),
    enabled: id !== null,
    refetchInterval: (query) => (query.state.data?.state === 'waiting' ? 1500 : false),
  });

/** `lines` as the hub reads them: `1:2,3:1`. */
export const returnQuoteQuery = (sale: string, lines: string) =>
  queryOptions({
    queryKey: salesKeys.quote(sale, lines),
    queryFn: ({ signal }) => get<ReturnQuote>('/returns/quote', { sale_id: sale, lines }, signal),
    enabled: lines !== '',
    retry: false,
    placeholderData: keepPreviousData,
  });

export const printSale = (id: string, key: string) =>
  send<{ job_id: string | null }>('POST', `/sales/${id}/print`, { key, body: {} });
export const resumeReturn = ({ id, by }: { id: string; by: 'terminal' | 'cash' }, key: string) =>
  send<ReturnAnswer>('POST', `/returns/pending/${id}/resume`, { key, body: { by } });
export const makeReturn = (body: ReturnInput, key: string) =>
  send<ReturnAnswer>('POST', '/returns', { key, body, durable: true });
/** The receipt in the browser: the first paper of a sale, or a copy of it. */
export const receiptPageUrl = (id: string, paper: 'first' | 'copy') =>
  `/api/sales/${id}/receipt.html${paper === 'copy' ? '?copy=true' : ''}`;
/** Whether the printer certainly gave out nothing: then the browser's paper is the first. */
export const nothingPrinted = (print: Sale['print']) =>
  print !== null && ['not_printed', 'failed'].includes(print.state);
export const receiptPictureUrl = (id: string) => `/api/sales/${id}/receipt.png`;
