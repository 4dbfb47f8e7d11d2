import { Select } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { tillsQuery } from '@/api/settings';
import { shiftsQuery } from '@/api/shifts';
import type { Shift } from '@/api/types';
import { Empty } from '@/components/Empty';
import { Sum } from '@/components/Figures';
import { Spot } from '@/components/Light';
import { Page } from '@/components/Page';
import { Period } from '@/components/Period';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/DataTable';
import { pagedRows } from '@/components/table/rows';
import { When } from '@/components/When';
import { useT } from '@/i18n';
import { isZero } from '@/lib/money';

export function ShiftsScene() {
  const t = useT();
  const navigate = useNavigate();
  const filter = useSearch({ from: '/framed/shifts' });
  const asked = shiftsQuery(filter);
  const list = useInfiniteQuery(asked);
  const tills = useQuery(tillsQuery);
  const set = (change: Partial<typeof filter>) =>
    navigate({ to: '/shifts', search: { ...filter, ...change }, replace: true });

  const columns: Column<Shift>[] = [
    {
      key: 'number',
      header: t('shift.number'),
      cell: (row) => `${row.till.name} · № ${row.number}`,
      phone: 'title',
    },
    {
      key: 'state',
      header: t('common.state'),
      cell: (row) => (
        <Spot color={row.overdue ? 'bad' : row.state === 'open' ? 'good' : 'idle'}>
          {t(row.overdue ? 'shift.state.overdue' : `shift.state.${row.state}`)}
        </Spot>
      ),
    },
    { key: 'opened', header: t('shift.opened'), cell: (row) => <When at={row.opened_at} /> },
    { key: 'by', header: t('shift.opened_by'), cell: (row) => row.opened_by?.name ?? '—', hidden: true },
    { key: 'closed', header: t('shift.closed'), cell: (row) => <When at={row.closed_at} />, phone: 'none' },
    {
      key: 'sales',
      header: t('shift.sales_sum'),
      align: 'right',
      phone: 'side',
      cell: (row) => <Sum of={row.totals.sales} />,
    },
    {
      key: 'expected',
      header: t('shift.expected'),
      align: 'right',
      cell: (row) => <Sum of={row.expected_cash} />,
    },
    { key: 'counted', header: t('shift.counted'), align: 'right', cell: (row) => <Sum of={row.counted} /> },
    {
      key: 'difference',
      header: t('shift.difference'),
      align: 'right',
      cell: (row) => <Sum of={row.difference} />,
    },
  ];

  return (
    <Page title={t('menu.shifts')}>
      <DataTable
        name="shifts"
        columns={columns}
        list={pagedRows(list, asked)}
        rowKey={(row) => row.id}
        mark={(row) => (row.difference && !isZero(row.difference) ? 'bad' : undefined)}
        onOpen={(row) => void navigate({ to: '/shifts/$id', params: { id: row.id } })}
        toolbar={
          <>
            <Period from={filter.from} to={filter.to} onChange={set} />
            <Select
              size="sm"
              w={150}
              clearable
              placeholder={t('sale.till')}
              aria-label={t('sale.till')}
              data={(tills.data ?? []).map((till) => ({ value: till.id, label: till.name }))}
              value={filter.till ?? null}
              onChange={(till) => set({ till: till ?? undefined })}
            />
          </>
        }
        empty={<Empty title={t('shift.none')} text={t('shift.none_text')} />}
      />
    </Page>
  );
}
