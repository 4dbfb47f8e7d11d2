import { useQueries } from '@tanstack/react-query';
import { storeDaysQuery } from '@/api/office';
import type { OfficeDay, OfficeStore } from '@/api/types';
import { addDays } from '@/lib/dates';
import { minorOf } from '@/lib/money';

/** What a store made in a period, in hundredths of its currency, and in the period of the same length before. */
export type StoreSums = {
  store: OfficeStore;
  /** Sales less returns. */
  net: number;
  before: number;
  count: number;
  returns: number;
};

const netOf = (days: OfficeDay[]) =>
  days.reduce((sum, day) => sum + minorOf(day.sales) - Math.abs(minorOf(day.returns)), 0);

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;
}

/** The sums of every store for the days from one to another, both included. */
export function useStoreSums(stores: OfficeStore[], from: string, to: string): StoreSums[] {
  const length = daysBetween(from, to);
  const asked = useQueries({
    queries: stores.map((store) => storeDaysQuery(store.node, addDays(from, -length), to)),
  });
  return stores.map((store, index) => {
    const days = asked[index]?.data ?? [];
    const now = days.filter((day) => day.date >= from);
    return {
      store,
      net: netOf(now),
      before: netOf(days.filter((day) => day.date < from)),
      count: now.reduce((sum, day) => sum + day.count, 0),
      returns: now.reduce((sum, day) => sum + Math.abs(minorOf(day.returns)), 0),
    };
  });
}

/** By how many percent the period is above the one before; nothing where there is nothing to compare with. */
export const change = ({ net, before }: Pick<StoreSums, 'net' | 'before'>): number | null =>
  before <= 0 ? null : Math.round(((net - before) / before) * 100);
