import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { storesQuery } from '@/api/office';
import type { OfficeStore } from '@/api/types';
import { useMay, useZone } from '@/app/identity';
import { Change } from '@/components/Change';
import { Chart } from '@/components/chart/Chart';
import { useShortSum } from '@/components/chart/shortSum';
import { Empty } from '@/components/Empty';
import { Sum } from '@/components/Figures';
import { type LightColor, Spot } from '@/components/Light';
import { Card, Page } from '@/components/Page';
import { Period } from '@/components/Period';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/DataTable';
import { When } from '@/components/When';
import { type Translate, useT } from '@/i18n';
import { addDays, today } from '@/lib/dates';
import { formatMoney, fromMinor, minorOf } from '@/lib/money';
import { useLive } from '@/live/socket';
import { NewStoreModal } from './NewStoreModal';
import { change, type StoreSums, useStoreSums } from './storeSums';

const COLOR: Record<OfficeStore['state'], LightColor> = {
  ok: 'good',
  behind: 'warn',
  broken: 'bad',
  returned: 'warn',
};

const average = ({ net, count }: StoreSums) => (count > 0 ? Math.round(net / count) : 0);

function lagWords(seconds: number, t: Translate): string {
  if (seconds < 120) return t('office.seconds', { count: seconds });
  if (seconds < 7200) return t('office.minutes', { count: Math.round(seconds / 60) });
  return t('office.hours', { count: Math.round(seconds / 3600) });
}

/** The chain at a glance: stores compared over a period and with the one before, and how fresh each is. */
export function OfficeStores() {
  const t = useT();
  const may = useMay();
  const navigate = useNavigate();
  const [adding, setAdding] = useState(false);
  useLive('office');
  const stores = useQuery(storesQuery);
  const zone = useZone();
  const now = today(zone);
  const filter = useSearch({ from: '/framed/office' });
  const from = filter.from ?? addDays(now, -6);
  const to = filter.to ?? now;
  const rows = useStoreSums(stores.data ?? [], from, to);
  const short = useShortSum();
  const currencies = new Set(stores.data?.map((store) => store.sales_today.currency));
  const only = currencies.size === 1 ? [...currencies][0] : undefined;
  const total = (pick: (row: StoreSums) => number) => rows.reduce((sum, row) => sum + pick(row), 0);
  const say = (minor: number, row?: StoreSums) =>
    formatMoney(fromMinor(minor, row?.store.sales_today.currency ?? only ?? ''));
  const open = (node: string) =>
    void navigate({ to: '/office/$node', params: { node }, search: { from, to } });
  const columns: Column<StoreSums>[] = [
    {
      key: 'name',
      header: t('office.store'),
      cell: ({ store }) => store.name,
      value: ({ store }) => store.name,
      phone: 'title',
      total: t('till.total'),
    },
    {
      key: 'state',
      header: t('common.state'),
      cell: ({ store }) => <Spot color={COLOR[store.state]}>{t(`office.state.${store.state}`)}</Spot>,
      value: ({ store }) => store.state,
    },
    {
      key: 'net',
      header: t('office.sales_period'),
      align: 'right',
      phone: 'side',
      cell: (row) => <strong className="num">{say(row.net, row)}</strong>,
      text: (row) => row.net / 100,
      value: (row) => row.net,
      total: only && <span className="num">{say(total((row) => row.net))}</span>,
    },
    {
      key: 'change',
      header: t('office.against_before'),
      align: 'right',
      cell: (row) => <Change percent={change(row)} />,
      text: (row) => change(row) ?? '',
      value: (row) => change(row) ?? Number.NEGATIVE_INFINITY,
      total: only && (
        <Change percent={change({ net: total((row) => row.net), before: total((row) => row.before) })} />
      ),
    },
    {
      key: 'count',
      header: t('office.receipts'),
      align: 'right',
      cell: (row) => <span className="num">{row.count}</span>,
      value: (row) => row.count,
      total: total((row) => row.count),
    },
    {
      key: 'average',
      header: t('office.average'),
      align: 'right',
      cell: (row) =>
        row.count > 0 ? <Sum whole of={fromMinor(average(row), row.store.sales_today.currency)} /> : '—',
      text: (row) => average(row) / 100,
      value: average,
    },
    {
      key: 'returns',
      header: t('menu.returns'),
      align: 'right',
      cell: (row) => <span className="num">{say(row.returns, row)}</span>,
      text: (row) => row.returns / 100,
      value: (row) => row.returns,
    },
    {
      key: 'today',
      header: t('office.sales_today'),
      align: 'right',
      cell: ({ store }) => <Sum of={store.sales_today} />,
      value: ({ store }) => minorOf(store.sales_today),
    },
    {
      key: 'last',
      hidden: true,
      header: t('office.last_entry'),
      cell: ({ store }) => <When at={store.last_entry_at} />,
      value: ({ store }) => store.last_entry_at ?? '',
    },
    {
      key: 'lag',
      header: t('office.lag'),
      align: 'right',
      cell: ({ store }) => <span className="num">{lagWords(store.lag_seconds, t)}</span>,
      value: ({ store }) => store.lag_seconds,
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
      <Period
        from={from}
        to={to}
        onChange={(range) => void navigate({ to: '/office', search: { ...filter, ...range }, replace: true })}
      />
      {only && rows.length > 0 && (
        <Card title={t('office.compared')}>
          <Chart
            name={t('office.compared')}
            points={rows.map(({ store }) => ({ key: store.node, label: store.name }))}
            series={[
              {
                key: 'now',
                name: t('office.sales_period'),
                kind: 'bar',
                values: rows.map((row) => row.net),
              },
              {
                key: 'before',
                name: t('office.before'),
                kind: 'bar',
                values: rows.map((row) => row.before),
              },
            ]}
            say={(minor) => say(Math.round(minor))}
            axis={(minor) => short(minor / 100)}
            onPick={(point) => open(point.key)}
            empty={t('chart.no_sales')}
          />
        </Card>
      )}
      <DataTable
        name="stores"
        columns={columns}
        list={{ rows, isPending: stores.isPending, error: stores.error, refetch: stores.refetch }}
        rowKey={({ store }) => store.node}
        mark={({ store }) => (store.state === 'broken' ? 'bad' : undefined)}
        onOpen={({ store }) => open(store.node)}
        empty={<Empty title={t('office.none')} text={t('office.none_text')} />}
      />
      {adding && <NewStoreModal onClose={() => setAdding(false)} />}
    </Page>
  );
}
