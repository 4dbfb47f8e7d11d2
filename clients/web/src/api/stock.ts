import { send } from './http';
import { pagedQuery } from './lists';
import type { Adjustment, AdjustmentInput, Page, StockRow } from './types';

export const stockKeys = {
  all: ['stock'] as const,
  list: ['stock', 'list'] as const,
  adjustments: ['stock', 'adjustments'] as const,
};

export type StockFilter = { q?: string; category?: string; state?: 'all' | 'low' | 'none' | 'negative' };

export const stockQuery = (filter: StockFilter) =>
  pagedQuery<Page<StockRow>>(stockKeys.list, '/stock', filter);
export const adjustmentsQuery = (filter: { from?: string; to?: string; q?: string }) =>
  pagedQuery<Page<Adjustment>>(stockKeys.adjustments, '/stock/adjustments', filter);

export const adjustStock = (body: AdjustmentInput, key: string) =>
  send<Adjustment>('POST', '/stock/adjustments', { key, body, durable: true });
