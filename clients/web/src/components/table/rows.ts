import type { UseInfiniteQueryResult, UseQueryResult } from '@tanstack/react-query';
import type { Page } from '@/api/types';
import type { Rows } from './DataTable';

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
  };
}

/** A list that comes in whole. */
export function wholeRows<Row>(query: UseQueryResult<Row[]>): Rows<Row> {
  return { rows: query.data ?? [], isPending: query.isPending, error: query.error, refetch: query.refetch };
}
