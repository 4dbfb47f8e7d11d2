import { SegmentedControl, Select } from '@mantine/core';
import { IconCash } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { salesQuery } from '@/api/sales';
import { tillsQuery } from '@/api/settings';
import { usersQuery } from '@/api/staff';
import type { PaymentMethod, SaleRow } from '@/api/types';
import { useMay } from '@/app/identity';
import { Empty } from '@/components/Empty';
import { ButtonLink } from '@/components/links';
import { CustomerLookup, PersonLookup } from '@/components/lookup/people';
import { Page } from '@/components/Page';
import { Period } from '@/components/Period';
import { SearchInput } from '@/components/SearchInput';
import { DataTable } from '@/components/table/DataTable';
import { pagedRows } from '@/components/table/rows';
import { useT } from '@/i18n';
import { useLive } from '@/live/socket';
import { useSaleColumns } from './columns';

const METHODS: PaymentMethod[] = ['cash', 'kaspi', 'card', 'transfer'];

/** The history of sales and returns; what is asked for stands in the address bar. */
export function SalesScene() {
  const t = useT();
  const may = useMay();
  const navigate = useNavigate();
  const filter = useSearch({ from: '/framed/sales' });
  useLive('sales');
  const asked = salesQuery({ ...filter, kind: filter.kind ?? 'all' });
  const list = useInfiniteQuery(asked);
  const tills = useQuery(tillsQuery);
  const people = useQuery({ ...usersQuery, enabled: may('staff.view') });
  const set = (change: Partial<typeof filter>) =>
    navigate({ to: '/sales', search: { ...filter, ...change }, replace: true });
  const open = (row: SaleRow) =>
    row.kind === 'sale'
      ? navigate({ to: '/sales/$id', params: { id: row.id } })
      : navigate({ to: '/returns/$id', params: { id: row.id } });
  const columns = useSaleColumns(list.data?.pages[0]?.totals);

  return (
    <Page title={t('menu.history')}>
      <DataTable
        name="sales"
        columns={columns}
        list={pagedRows(list, asked)}
        rowKey={(row) => `${row.kind}-${row.id}`}
        mark={(row) => (row.state === 'returned' ? 'soft' : undefined)}
        onOpen={(row) => void open(row)}
        toolbar={
          <>
            <SearchInput
              value={filter.number ?? ''}
              placeholder={t('sale.find_number')}
              onChange={(number) => set({ number: number || undefined })}
            />
            <SegmentedControl
              size="sm"
              data={[
                { value: 'all', label: t('sale.kind.all') },
                { value: 'sale', label: t('sale.kind.sale') },
                { value: 'return', label: t('sale.kind.return') },
              ]}
              value={filter.kind ?? 'all'}
              onChange={(kind) => set({ kind: kind === 'all' ? undefined : (kind as 'sale' | 'return') })}
            />
            <Select
              size="sm"
              w={170}
              clearable
              placeholder={t('payment.way')}
              aria-label={t('payment.way')}
              data={METHODS.map((method) => ({ value: method, label: t(`payment.method.${method}`) }))}
              value={filter.method ?? null}
              onChange={(method) => set({ method: method ?? undefined })}
            />
            {tills.data && (
              <Select
                size="sm"
                w={150}
                clearable
                placeholder={t('sale.till')}
                aria-label={t('sale.till')}
                data={tills.data.map((till) => ({ value: till.id, label: till.name }))}
                value={filter.till ?? null}
                onChange={(till) => set({ till: till ?? undefined })}
              />
            )}
            {may('staff.view') && (
              <PersonLookup
                size="sm"
                w={170}
                label={null}
                placeholder={t('sale.cashier')}
                name={people.data?.find((user) => user.id === filter.cashier)?.name}
                onChoose={(user) => void set({ cashier: user.id })}
                onClear={() => void set({ cashier: undefined })}
              />
            )}
            {may('parties.view') && (
              <CustomerLookup
                only
                size="sm"
                w={170}
                label={null}
                placeholder={t('sale.customer')}
                name={filter.customer && (list.data?.pages[0]?.items[0]?.customer_name || '…')}
                onChoose={(customer) => void set({ customer: customer.id })}
                onClear={() => void set({ customer: undefined })}
                none={t('customer.none')}
              />
            )}
            <Period from={filter.from} to={filter.to} onChange={set} />
          </>
        }
        empty={
          <Empty title={t('sale.none')} text={t('sale.none_text')}>
            {may('till.use') && (
              <ButtonLink to="/till" leftSection={<IconCash size={20} />}>
                {t('menu.till')}
              </ButtonLink>
            )}
          </Empty>
        }
      />
    </Page>
  );
}
