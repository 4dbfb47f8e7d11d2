import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get, send } from './http';
import { pagedQuery } from './lists';
import type { ImportAction, ImportField, ImportPreview, ImportProgress, ImportUpload, Page } from './types';

/** How a file is to be read, where a person knows better than the hub. */
export type ImportReading = {
  sheet?: string;
  header?: number;
  first?: number;
  headings?: boolean;
};

export const importKeys = {
  all: ['import'] as const,
  progress: (id: string) => ['import', id, 'progress'] as const,
  rows: (id: string) => ['import', id, 'rows'] as const,
  file: (id: string, reading: ImportReading) => ['import', id, 'file', reading] as const,
};

export type RowFilter = 'all' | 'notes' | ImportAction;

export const progressQuery = (id: string) =>
  queryOptions({
    queryKey: importKeys.progress(id),
    queryFn: ({ signal }) => get<ImportProgress>(`/import/${id}`, undefined, signal),
    refetchInterval: (query) => (query.state.data?.state === 'running' ? 500 : false),
  });

export const importFileQuery = (id: string, reading: ImportReading) =>
  queryOptions({
    queryKey: importKeys.file(id, reading),
    queryFn: ({ signal }) => get<ImportUpload>(`/import/${id}/file`, reading, signal),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const pastImportsQuery = pagedQuery<Page<ImportProgress>>([...importKeys.all, 'list'], '/imports', {});

export const uploadImport = (file: File, key: string) => {
  const body = new FormData();
  body.set('file', file);
  return send<ImportUpload>('POST', '/import', { key, body });
};
export const previewImport = (
  { id, columns, reading }: { id: string; columns: Record<string, ImportField>; reading: ImportReading },
  key: string,
) => send<ImportPreview>('POST', `/import/${id}/preview`, { key, body: { columns, ...reading } });
export const runImport = (id: string, key: string) =>
  send<{ job: string }>('POST', `/import/${id}/run`, { key });
export const rejectedUrl = (id: string) => `/api/import/${id}/rejected.csv`;
