import { Anchor } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { pastImportsQuery, rejectedUrl } from '@/api/imports';
import type { ImportProgress } from '@/api/types';
import { type LightColor, Spot } from '@/components/Light';
import { Card } from '@/components/Page';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/DataTable';
import { pagedRows } from '@/components/table/rows';
import { When } from '@/components/When';
import { useT } from '@/i18n';
import { groupDigits } from '@/lib/figures';

const COLOR: Record<ImportProgress['state'], LightColor> = {
  uploaded: 'idle',
  previewed: 'idle',
  running: 'idle',
  done: 'good',
  failed: 'bad',
};

/** What became of a list: nothing before it was run. */
const made = ({ state }: ImportProgress, count: number | undefined) =>
  state === 'uploaded' || state === 'previewed' ? '—' : groupDigits(String(count ?? 0));

/** Which lists were brought before, by whom, and what became of them. */
export function PastImports({ onOpen }: { onOpen: (past: ImportProgress) => void }) {
  const t = useT();
  const list = useInfiniteQuery(pastImportsQuery);
  const rows = pagedRows(list, pastImportsQuery);
  const columns: Column<ImportProgress>[] = [
    { key: 'file', header: t('import.file'), cell: (row) => row.file_name, phone: 'title', wrap: true },
    { key: 'at', header: t('sale.when'), cell: (row) => <When at={row.at} /> },
    { key: 'user', header: t('stock.user'), cell: (row) => row.user_name },
    {
      key: 'state',
      header: t('common.state'),
      cell: (row) => <Spot color={COLOR[row.state]}>{t(`import.state.${row.state}`)}</Spot>,
    },
    {
      key: 'created',
      header: t('import.created'),
      align: 'right',
      cell: (row) => made(row, row.counts.create),
    },
    {
      key: 'changed',
      header: t('import.changed'),
      align: 'right',
      cell: (row) => made(row, row.counts.change),
    },
    {
      key: 'notes',
      header: '',
      phone: 'none',
      cell: (row) =>
        row.state === 'done' && (
          <Anchor href={rejectedUrl(row.id)} download onClick={(event) => event.stopPropagation()}>
            {t('import.notes')}
          </Anchor>
        ),
    },
  ];
  if (rows.rows.length === 0) return null;
  return (
    <Card title={t('import.past')}>
      <DataTable
        inside
        name="imports"
        columns={columns}
        list={rows}
        rowKey={(row) => row.id}
        onOpen={onOpen}
        empty={null}
      />
    </Card>
  );
}
