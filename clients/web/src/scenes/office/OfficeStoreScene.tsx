import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { storeDaysQuery, storeSalesQuery, storesQuery } from '@/api/office';
import { useZone } from '@/app/identity';
import { BackLink } from '@/components/BackLink';
import { Empty } from '@/components/Empty';
import { Card, Page } from '@/components/Page';
import { Period } from '@/components/Period';
import { SearchInput } from '@/components/SearchInput';
import { DataTable } from '@/components/table/DataTable';
import { pagedRows } from '@/components/table/rows';
import { useT } from '@/i18n';
import { addDays, today } from '@/lib/dates';
import { useLive } from '@/live/socket';
import { useSaleColumns } from '../sales/columns';

const DayChart = lazy(() => import('@/components/DayChart').then((m) => ({ default: m.DayChart })));
const DAYS_SHOWN = 14;

/** One store as the head office knows it, down to the receipt. */
export function OfficeStoreScene() {
  const t = useT();
  const navigate = useNavigate();
  const { node } = useParams({ from: '/framed/office/$node' });
  const filter = useSearch({ from: '/framed/office/$node' });
  const now = today(useZone());
  useLive('office');
  const store = useQuery(storesQuery).data?.find((other) => other.node === node);
  const days = useQuery(storeDaysQuery(node, filter.from ?? addDays(now, 1 - DAYS_SHOWN), filter.to ?? now));
  const asked = storeSalesQuery(node, filter);
  const list = useInfiniteQuery(asked);
  const columns = useSaleColumns(list.data?.pages[0]?.totals);
  const set = (change: Partial<typeof filter>) =>
    navigate({ to: '/office/$node', params: { node }, search: { ...filter, ...change }, replace: true });

  return (
    <Page title={store?.name ?? t('office.store')} back={<BackLink />}>
      {days.data && days.data.length > 0 && (
        <Card title={t('office.by_day')}>
          <Suspense fallback={null}>
            <DayChart
              days={days.data.map((day) => ({ date: day.date, total: day.sales }))}
              onDay={(date) => void set({ from: date, to: date })}
            />
          </Suspense>
        </Card>
      )}
      <DataTable
        name="office-sales"
        columns={columns}
        list={pagedRows(list, asked)}
        rowKey={(row) => `${row.kind}-${row.id}`}
        onOpen={(row) => void navigate({ to: '/office/$node/sales/$id', params: { node, id: row.id } })}
        toolbar={
          <>
            <SearchInput
              value={filter.number ?? ''}
              placeholder={t('sale.find_number')}
              onChange={(number) => void set({ number: number || undefined })}
            />
            <Period from={filter.from} to={filter.to} onChange={set} />
          </>
        }
        empty={<Empty title={t('sale.none')} text={t('office.no_sales_text')} />}
      />
    </Page>
  );
}
