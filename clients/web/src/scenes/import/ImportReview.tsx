import { Button, SegmentedControl } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { importKeys, progressQuery, type RowFilter, rejectedUrl, runImport } from '@/api/imports';
import type { ImportRow, ImportUpload } from '@/api/types';
import { Empty } from '@/components/Empty';
import { ProblemNote } from '@/components/ProblemNote';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/DataTable';
import { useT } from '@/i18n';
import { Counts } from './Counts';
import classes from './Import.module.css';
import { previewPages } from './previewPages';

const FILTERS: RowFilter[] = ['all', 'notes', 'create', 'change', 'skip', 'unchanged'];

/** What will happen, in counts and row by row, before anything does. */
export function ImportReview(props: { upload: ImportUpload; onBack: () => void; onStarted: () => void }) {
  const t = useT();
  const { id } = props.upload;
  const [only, setOnly] = useState<RowFilter>('notes');
  const progress = useQuery(progressQuery(id));
  const query = useInfiniteQuery(previewPages(id, only));
  const first = query.data?.pages[0];
  const counts = first?.counts ?? progress.data?.counts;
  const running = useAction(runImport, { stale: [importKeys.progress(id)], onDone: props.onStarted });

  const columns: Column<ImportRow>[] = [
    { key: 'row', header: t('import.row'), width: 90, cell: (row) => row.row, phone: 'line' },
    { key: 'name', header: t('product.name'), cell: (row) => row.name || '—', phone: 'title', wrap: true },
    { key: 'action', header: t('import.will'), width: 170, cell: (row) => t(`import.action.${row.action}`) },
    {
      key: 'notes',
      wrap: true,
      header: t('import.notes'),
      cell: (row) => (
        <ul className={classes.notes}>
          {row.notes.map((note) => (
            <li key={`${note.code}-${note.value}`}>
              {note.detail}
              {note.value && !note.detail.includes(note.value) ? `: ${note.value}` : ''}
            </li>
          ))}
        </ul>
      ),
    },
  ];

  return (
    <>
      {counts && <Counts counts={counts} />}
      <div className={classes.foot}>
        <Button variant="default" onClick={props.onBack}>
          {t('common.back')}
        </Button>
        <Button
          variant="default"
          component="a"
          href={rejectedUrl(id)}
          download
          leftSection={<IconDownload size={20} />}
        >
          {t('import.rejected')}
        </Button>
        <Button size="lg" loading={running.isPending} onClick={() => running.mutate(id)}>
          {t('import.run')}
        </Button>
      </div>
      <ProblemNote error={running.error} />
      <DataTable
        name="import"
        columns={columns}
        list={{
          rows: query.data?.pages.flatMap((page) => page.items) ?? [],
          isPending: query.isPending,
          error: query.error,
          refetch: query.refetch,
          hasNextPage: query.hasNextPage,
          isFetchingNextPage: query.isFetchingNextPage,
          fetchNextPage: query.fetchNextPage,
        }}
        rowKey={(row) => String(row.row)}
        mark={(row) => (row.action === 'skip' ? 'soft' : undefined)}
        toolbar={
          <SegmentedControl
            data={FILTERS.map((value) => ({ value, label: t(`import.filter.${value}`) }))}
            value={only}
            onChange={(value) => setOnly(value as RowFilter)}
            style={{ maxWidth: '100%', overflowX: 'auto' }}
          />
        }
        empty={<Empty title={t('import.no_rows')} />}
      />
    </>
  );
}
