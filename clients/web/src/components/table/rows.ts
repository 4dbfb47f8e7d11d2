import type { UseInfiniteQueryResult, UseQueryResult } from '@tanstack/react-query';
import { everyRow, type Paged } from '@/api/lists';
import type { Page } from '@/api/types';
import { noteInSight, type Range } from '@/live/inSight';

/** What a list of the hub, or one that is here in whole, has to offer to a table. */
export type Rows<Row> = {
  rows: Row[];
  isPending: boolean;
  error: unknown;
  refetch: () => unknown;
  hasNextPage?: boolean;
  isFetchingNextPage?: boolean;
  fetchNextPage?: () => unknown;
  /** Hears which rows are on the screen. */
  inSight?: (range: Range) => void;
  /** All rows, those of later pages too; says how many have come. */
  everything?: (seen: (count: number) => void, signal: AbortSignal) => Promise<Row[]>;
};

/** Pages of the hub as the rows of a table. */
export function pagedRows<P extends Page<unknown>>(
  query: UseInfiniteQueryResult<{ pages: P[] }>,
  asked: Paged,
): Rows<P['items'][number]> {
  return {
    rows: query.data?.pages.flatMap((page) => page.items) ?? [],
    isPending: query.isPending,
    error: query.error,
    refetch: query.refetch,
    hasNextPage: query.hasNextPage,
    isFetchingNextPage: query.isFetchingNextPage,
    fetchNextPage: query.fetchNextPage,
    inSight: (range) => asked.queryKey && noteInSight(asked.queryKey, range),
    everything: (seen, signal) => everyRow<P['items'][number]>(asked, seen, signal),
  };
}

/** A list that comes in whole. */
export function wholeRows<Row>(query: UseQueryResult<Row[]>): Rows<Row> {
  return { rows: query.data ?? [], isPending: query.isPending, error: query.error, refetch: query.refetch };
}

/** Rows that another request brought along. */
export const givenRows = <Row>(rows: Row[] | undefined): Rows<Row> => ({
  rows: rows ?? [],
  isPending: rows === undefined,
  error: null,
  refetch: () => undefined,
});
