import { queryOptions } from '@tanstack/react-query';
import { get, send } from './http';
import { pagedQuery } from './lists';
import type { ImportAction, ImportField, ImportPreview, ImportProgress, ImportUpload, Page } from './types';

export const importKeys = {
  all: ['import'] as const,
  progress: (id: string) => ['import', id, 'progress'] as const,
  rows: (id: string) => ['import', id, 'rows'] as const,
};

export type RowFilter = 'all' | 'notes' | ImportAction;

export const progressQuery = (id: string) =>
  queryOptions({
    queryKey: importKeys.progress(id),
    queryFn: ({ signal }) => get<ImportProgress>(`/import/${id}`, undefined, signal),
    refetchInterval: (query) => (query.state.data?.state === 'running' ? 500 : false),
  });

export const pastImportsQuery = pagedQuery<Page<ImportProgress>>([...importKeys.all, 'list'], '/imports', {});

export const uploadImport = (file: File, key: string) => {
  const body = new FormData();
  body.set('file', file);
  return send<ImportUpload>('POST', '/import', { key, body });
};
export const previewImport = (
  { id, columns }: { id: string; columns: Record<string, ImportField> },
  key: string,
) => send<ImportPreview>('POST', `/import/${id}/preview`, { key, body: { columns } });
export const runImport = (id: string, key: string) =>
  send<{ job: string }>('POST', `/import/${id}/run`, { key });
export const rejectedUrl = (id: string) => `/api/import/${id}/rejected.csv`;
