import { infiniteQueryOptions } from '@tanstack/react-query';
import { get, type Query } from './http';
import type { Page } from './types';

export const PAGE_SIZE = 100;

/** A list that the hub gives page by page. */
export function pagedQuery<P extends Page<unknown>>(
  queryKey: readonly unknown[],
  path: string,
  query: Query,
) {
  return infiniteQueryOptions({
    queryKey: [...queryKey, query],
    queryFn: ({ pageParam, signal }) =>
      get<P>(path, { ...query, cursor: pageParam, limit: PAGE_SIZE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}
