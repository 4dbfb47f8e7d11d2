import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { storesQuery } from '@/api/office';
import type { OfficeStore } from '@/api/types';
import { useMay } from '@/app/identity';
import { Empty } from '@/components/Empty';
import { Sum } from '@/components/Figures';
import { type LightColor, Spot } from '@/components/Light';
import { Page } from '@/components/Page';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/DataTable';
import { wholeRows } from '@/components/table/rows';
import { When } from '@/components/When';
import { type Translate, useT } from '@/i18n';
import { fromMinor, minorOf } from '@/lib/money';
import { useLive } from '@/live/socket';
import { NewStoreModal } from './NewStoreModal';

const COLOR: Record<OfficeStore['state'], LightColor> = {
  ok: 'good',
  behind: 'warn',
  broken: 'bad',
  returned: 'warn',
};

function lagWords(seconds: number, t: Translate): string {
  if (seconds < 120) return t('office.seconds', { count: seconds });
  if (seconds < 7200) return t('office.minutes', { count: Math.round(seconds / 60) });
  return t('office.hours', { count: Math.round(seconds / 3600) });
}

/** Every store with its sales of today and how fresh they are. */
export function OfficeStores() {
  const t = useT();
  const may = useMay();
  const navigate = useNavigate();
  const [adding, setAdding] = useState(false);
  useLive('office');
  const stores = useQuery(storesQuery);
  const currencies = new Set(stores.data?.map((store) => store.sales_today.currency));
  const only = currencies.size === 1 ? [...currencies][0] : undefined;
  const total = (pick: (store: OfficeStore) => number) =>
    (stores.data ?? []).reduce((sum, store) => sum + pick(store), 0);
  const columns: Column<OfficeStore>[] = [
    {
      key: 'name',
      header: t('office.store'),
      cell: (row) => row.name,
      value: (row) => row.name,
      phone: 'title',
      total: t('till.total'),
    },
    {
      key: 'state',
      header: t('common.state'),
      cell: (row) => <Spot color={COLOR[row.state]}>{t(`office.state.${row.state}`)}</Spot>,
    },
    {
      key: 'count',
      header: t('office.receipts'),
      align: 'right',
      cell: (row) => row.sales_count_today,
      value: (row) => row.sales_count_today,
      total: total((store) => store.sales_count_today),
    },
    {
      key: 'returns',
      header: t('menu.returns'),
      align: 'right',
      cell: (row) => <Sum of={row.returns_today} />,
      value: (row) => minorOf(row.returns_today),
    },
    {
      key: 'sales',
      header: t('office.sales_today'),
      align: 'right',
      cell: (row) => (
        <strong>
          <Sum of={row.sales_today} />
        </strong>
      ),
      value: (row) => minorOf(row.sales_today),
      total: only && (
        <Sum
          of={fromMinor(
            total((store) => minorOf(store.sales_today)),
            only,
          )}
        />
      ),
    },
    { key: 'last', header: t('office.last_entry'), cell: (row) => <When at={row.last_entry_at} /> },
    {
      key: 'lag',
      header: t('office.lag'),
      align: 'right',
      cell: (row) => <span className="num">{lagWords(row.lag_seconds, t)}</span>,
      value: (row) => row.lag_seconds,
    },
  ];
  return (
    <Page
      title={t('menu.office')}
      actions={
        may('office.edit') && (
          <Button leftSection={<IconPlus size={20} />} onClick={() => setAdding(true)}>
            {t('office.new_store')}
          </Button>
        )
      }
    >
      <DataTable
        name="stores"
        columns={columns}
        list={wholeRows(stores)}
        rowKey={(row) => row.node}
        mark={(row) => (row.state === 'broken' ? 'bad' : undefined)}
        onOpen={(row) => void navigate({ to: '/office/$node', params: { node: row.node }, search: {} })}
        empty={<Empty title={t('office.none')} text={t('office.none_text')} />}
      />
      {adding && <NewStoreModal onClose={() => setAdding(false)} />}
    </Page>
  );
}
