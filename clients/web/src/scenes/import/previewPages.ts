import { infiniteQueryOptions } from '@tanstack/react-query';
import { get } from '@/api/http';
import { importKeys, type RowFilter } from '@/api/imports';
import { PAGE_SIZE } from '@/api/lists';
import type { ImportCounts, ImportField, ImportPreview, ImportRow } from '@/api/types';

type PreviewPage = {
  items: ImportRow[];
  next: string | null;
  counts: ImportCounts;
  withheld: ImportField[];
};

/** The rows of a preview page by page; every answer brings the counts of the whole with it. */
export function previewPages(id: string, only: RowFilter) {
  return infiniteQueryOptions({
    queryKey: [...importKeys.rows(id), only],
    queryFn: async ({ pageParam, signal }): Promise<PreviewPage> => {
      const query = { only: only === 'all' ? undefined : only, cursor: pageParam, limit: PAGE_SIZE };
      const preview = await get<ImportPreview>(`/import/${id}/preview`, query, signal);
      return { ...preview.rows, counts: preview.counts, withheld: preview.withheld };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}
