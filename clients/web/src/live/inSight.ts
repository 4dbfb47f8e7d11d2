import { hashKey } from '@tanstack/react-query';

/** Which rows of a long list are on the screen, so that news of it is asked for where somebody looks. */
export type Range = { from: number; to: number };

const ranges = new Map<string, Range>();

export function noteInSight(queryKey: readonly unknown[], range: Range): void {
  ranges.set(hashKey(queryKey), range);
}

/** The pages besides the first that hold the rows in sight. */
export function pagesInSight(queryKey: readonly unknown[], sizes: readonly number[]): number[] {
  const range = ranges.get(hashKey(queryKey));
  if (!range) return [];
  let begin = 0;
  return sizes.flatMap((size, page) => {
    const from = begin;
    begin += size;
    return page > 0 && from < range.to && begin > range.from ? [page] : [];
  });
}
