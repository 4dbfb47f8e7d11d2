import type { UseInfiniteQueryResult, UseQueryResult } from '@tanstack/react-query';
import type { Page } from '@/api/types';

/** What a list of the hub, or one that is here in whole, has to offer to a table. */
export type Rows<Row> = {
  rows: Row[];
  isPending: boolean;
  error: unknown;
  refetch: () => unknown;
  hasNextPage?: boolean;
  isFetchingNextPage?: boolean;
  fetchNextPage?: () => unknown;
  /** All rows, those of later pages too. */
  everything?: () => Promise<Row[]>;
};

/** More than this is asked of the hub's own export, or with a narrower filter. */
export const ROWS_MAX = 20_000;

/** Pages of the hub as the rows of a table. */
export function pagedRows<P extends Page<unknown>>(
  query: UseInfiniteQueryResult<{ pages: P[] }>,
): Rows<P['items'][number]> {
  return {
    rows: query.data?.pages.flatMap((page) => page.items) ?? [],
    isPending: query.isPending,
    error: query.error,
    refetch: query.refetch,
    hasNextPage: query.hasNextPage,
    isFetchingNextPage: query.isFetchingNextPage,
    fetchNextPage: query.fetchNextPage,
    everything: async () => {
      let seen: Pick<typeof query, 'data' | 'hasNextPage' | 'error'> = query;
      const rows = () => seen.data?.pages.flatMap((page) => page.items) ?? [];
      while (seen.hasNextPage && rows().length < ROWS_MAX) {
        seen = await query.fetchNextPage();
        if (seen.error) throw seen.error;
      }
      return rows().slice(0, ROWS_MAX);
    },
  };
}

/** A list that comes in whole. */
export function wholeRows<Row>(query: UseQueryResult<Row[]>): Rows<Row> {
  return { rows: query.data ?? [], isPending: query.isPending, error: query.error, refetch: query.refetch };
}
