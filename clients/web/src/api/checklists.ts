import { queryOptions } from '@tanstack/react-query';
import { get, send } from './http';

export const LISTS = ['opening', 'closing', 'weekly'] as const;
export type ListName = (typeof LISTS)[number];
/** Of what can stand on a list, what the hub counts. */
export const COUNTED = [
  'shift_open',
  'shifts_overdue',
  'payments_unknown',
  'low_stock',
  'no_price',
  'shifts_closed',
  'cash_explained',
  'returns_waiting',
  'backup',
  'spot_count',
  'photos',
] as const;
/** All that can stand on a list; a newer hub may know more. */
export const ITEMS = [...COUNTED, 'own_account', 'devices', 'cash_moves', 'reports_seen', 'rights'] as const;
export type ChecklistItem = {
  key: string;
  done: boolean;
  by_hand: boolean;
  count: number | null;
  link: string;
  ticked: { by_name: string; at: string } | null;
};
export type Checklist = { list: ListName; period: string; items: ChecklistItem[] };

export const checklistKeys = { all: ['checklists'] as const };

export const checklistQuery = (list: ListName) =>
  queryOptions({
    queryKey: [...checklistKeys.all, list],
    queryFn: ({ signal }) => get<Checklist>(`/checklists/${list}`, undefined, signal),
    // The list ticks itself: what it looks at may change anywhere in the shop.
    refetchInterval: 10_000,
  });

export const tickItem = (
  { list, item, done }: { list: ListName; item: string; done: boolean },
  key: string,
) => send<Checklist>('PUT', `/checklists/${list}/${item}`, { key, body: { done } });
