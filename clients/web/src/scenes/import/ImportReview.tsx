import { Button, SegmentedControl } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { importKeys, progressQuery, type RowFilter, rejectedUrl, runImport } from '@/api/imports';
import type { ImportChange, ImportRow, Unit } from '@/api/types';
import { useCurrency, useMay } from '@/app/identity';
import { Empty } from '@/components/Empty';
import { Quantity, Sum } from '@/components/Figures';
import { ProblemNote } from '@/components/ProblemNote';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/DataTable';
import { useT } from '@/i18n';
import { formatMoney } from '@/lib/money';
import { Withheld } from './ChooseColumns';
import { Counts } from './Counts';
import classes from './Import.module.css';
import { previewPages } from './previewPages';

const FILTERS: RowFilter[] = ['all', 'notes', 'create', 'change', 'skip', 'unchanged'];

/** What will happen, in counts and row by row, before anything does. */
export function ImportReview(props: { id: string; onBack: () => void; onStarted: () => void }) {
  const t = useT();
  const { id } = props;
  const may = useMay();
  const [only, setOnly] = useState<RowFilter>('all');
  const progress = useQuery(progressQuery(id));
  const query = useInfiniteQuery(previewPages(id, only));
  const first = query.data?.pages[0];
  const counts = first?.counts ?? progress.data?.counts;
  const running = useAction(runImport, { stale: [importKeys.progress(id)], onDone: props.onStarted });

  const columns: Column<ImportRow>[] = [
    { key: 'row', header: t('import.row'), width: 90, cell: (row) => row.row, phone: 'line' },
    { key: 'name', header: t('product.name'), cell: (row) => row.name || '—', phone: 'title', wrap: true },
    { key: 'action', header: t('import.will'), width: 150, cell: (row) => t(`import.action.${row.action}`) },
    {
      key: 'price',
      header: t('product.price'),
      align: 'right',
      phone: 'side',
      cell: (row) => <Sum of={row.price} />,
    },
    { key: 'changes', header: t('import.changes'), wrap: true, cell: (row) => <Changes of={row.changes} /> },
    {
      key: 'codes',
      header: t('product.barcodes'),
      wrap: true,
      cell: (row) => <span className="num">{row.barcodes.join(', ') || '—'}</span>,
    },
    { key: 'group', header: t('product.category'), cell: (row) => row.group ?? '—' },
    {
      key: 'unit',
      header: t('product.unit'),
      cell: (row) => (row.unit ? t(`unit.${row.unit}`) : '—'),
    },
    {
      key: 'stock',
      header: t('product.stock'),
      align: 'right',
      cell: (row) => <Quantity of={row.stock} unit={row.unit ?? undefined} />,
    },
    { key: 'sku', header: t('product.sku'), cell: (row) => row.sku ?? '—', hidden: true, phone: 'none' },
    {
      key: 'brand',
      header: t('product.brand'),
      cell: (row) => row.brand ?? '—',
      hidden: true,
      phone: 'none',
    },
    ...(may('cost.view')
      ? [
          {
            key: 'purchase',
            header: t('product.purchase_price'),
            align: 'right' as const,
            hidden: true,
            phone: 'none' as const,
            cell: (row: ImportRow) => <Sum of={row.purchase_price} />,
          },
        ]
      : []),
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
      {first && first.withheld.length > 0 && <Withheld fields={first.withheld} />}
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

/** Old and new, field by field. */
function Changes({ of }: { of: ImportChange[] }) {
  const t = useT();
  const currency = useCurrency();
  if (of.length === 0) return '—';
  const say = (field: ImportChange['field'], value: string | null | undefined) => {
    if (!value) return '—';
    if (field === 'price' || field === 'purchase_price') return formatMoney({ amount: value, currency });
    if (field === 'unit') return t(`unit.${value as Unit}`);
    if (field === 'kind') return t(`product.kind.${value as 'product' | 'service'}`);
    return value;
  };
  return (
    <ul className={classes.changes}>
      {of.map(({ field, from, to }) => (
        <li key={field}>
          {t(`import.field.${field}`)}: <s>{say(field, from)}</s> → <strong>{say(field, to)}</strong>
        </li>
      ))}
    </ul>
  );
}
