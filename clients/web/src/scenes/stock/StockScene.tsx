import { SegmentedControl } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type StockFilter, stockQuery } from '@/api/stock';
import type { StockRow } from '@/api/types';
import { useMay } from '@/app/identity';
import { useScans } from '@/app/scans';
import { Empty } from '@/components/Empty';
import { Quantity, Sum } from '@/components/Figures';
import { Page } from '@/components/Page';
import { SearchInput } from '@/components/SearchInput';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/DataTable';
import { pagedRows } from '@/components/table/rows';
import { useT } from '@/i18n';
import { toThousandths } from '@/lib/quantity';
import { useLive } from '@/live/socket';
import { CategorySelect } from '../products/CategorySelect';
import { StockBar, stockState } from './StockBar';

const STATES = ['all', 'low', 'none', 'negative'] as const;

export function StockScene() {
  const t = useT();
  const may = useMay();
  const navigate = useNavigate();
  const filter = useSearch({ from: '/framed/stock' });
  useLive('stock');
  const asked = stockQuery(filter);
  const list = useInfiniteQuery(asked);
  const set = (change: Partial<StockFilter>) => {
    const { state, ...rest } = { ...filter, ...change };
    return navigate({
      to: '/stock',
      search: { ...rest, state: state === 'all' ? undefined : state },
      replace: true,
    });
  };
  useScans((q) => void set({ q }));

  const columns: Column<StockRow>[] = [
    { key: 'name', header: t('product.name'), cell: (row) => row.name, phone: 'title', wrap: true },
    { key: 'sku', header: t('product.sku'), cell: (row) => row.sku, hidden: true, phone: 'none' },
    {
      key: 'category',
      header: t('product.category'),
      cell: (row) => row.category_name ?? '—',
      wrap: true,
      phone: 'none',
    },
    {
      key: 'quantity',
      header: t('stock.quantity'),
      align: 'right',
      cell: (row) => (
        <strong>
          <Quantity of={row.quantity} unit={row.unit} />
        </strong>
      ),
    },
    {
      key: 'level',
      header: t('stock.level'),
      width: 190,
      cell: (row) => <StockBar row={row} />,
      text: (row) => t(`stock.state.${stockState(row)}`),
    },
    {
      key: 'minimum',
      header: t('product.minimum'),
      align: 'right',
      cell: (row) => <Quantity of={row.minimum} unit={row.minimum ? row.unit : undefined} />,
    },
    {
      key: 'price',
      header: t('product.price'),
      align: 'right',
      cell: (row) => <Sum of={row.price} />,
      phone: 'none',
    },
    ...(may('cost.view')
      ? [
          {
            key: 'value',
            header: t('stock.value'),
            align: 'right' as const,
            cell: (row: StockRow) => <Sum of={row.value} />,
          },
        ]
      : []),
  ];

  return (
    <Page title={t('menu.balances')}>
      <DataTable
        name="stock"
        columns={columns}
        list={pagedRows(list, asked)}
        rowKey={(row) => row.product_id}
        mark={(row) => (toThousandths(row.quantity) < 0 ? 'bad' : undefined)}
        onOpen={(row) => void navigate({ to: '/products/$id', params: { id: row.product_id }, search: {} })}
        toolbar={
          <>
            <SearchInput
              value={filter.q ?? ''}
              placeholder={t('product.find')}
              onChange={(q) => set({ q: q || undefined })}
            />
            <CategorySelect
              value={filter.category ?? null}
              onChange={(category) => set({ category: category ?? undefined })}
            />
            <SegmentedControl
              data={STATES.map((value) => ({ value, label: t(`stock.state.${value}`) }))}
              value={filter.state ?? 'all'}
              onChange={(state) => set({ state: state as StockFilter['state'] })}
            />
          </>
        }
        empty={<Empty title={t('stock.none')} text={t('stock.none_text')} />}
      />
    </Page>
  );
}
