import { infiniteQueryOptions } from '@tanstack/react-query';
import { get, type Query } from './http';
import type { Page } from './types';

export const PAGE_SIZE = 100;
/** As many as the hub gives at once: for files. */
const FILE_PAGE_SIZE = 500;

/** Which list, and what is asked of it. */
export type Paged = { path: string; query: Query; queryKey?: readonly unknown[] };

/** A list that the hub gives page by page. */
export function pagedQuery<P extends Page<unknown>>(
  queryKey: readonly unknown[],
  path: string,
  query: Query,
) {
  const options = infiniteQueryOptions({
    queryKey: [...queryKey, query],
    queryFn: ({ pageParam, signal }) =>
      get<P>(path, { ...query, cursor: pageParam, limit: PAGE_SIZE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  return Object.assign(options, { path, query } satisfies Paged);
}

/** Every row of a list, to its end. */
export async function everyRow<Row>(
  { path, query }: Paged,
  seen: (count: number) => void,
  signal: AbortSignal,
): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Row> = await get<Page<Row>>(path, { ...query, cursor, limit: FILE_PAGE_SIZE }, signal);
    rows.push(...page.items);
    seen(rows.length);
    cursor = page.next;
  } while (cursor !== null);
  return rows;
}
