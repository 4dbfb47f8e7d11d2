import { Modal } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { returnsQuery } from '@/api/sales';
import type { SaleRow } from '@/api/types';
import { ActionButton } from '@/app/actions/ActionButton';
import { useEdited } from '@/app/making';
import { Empty } from '@/components/Empty';
import { Sum } from '@/components/Figures';
import { Page } from '@/components/Page';
import { Period } from '@/components/Period';
import { SearchInput } from '@/components/SearchInput';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/DataTable';
import { pagedRows } from '@/components/table/rows';
import { When } from '@/components/When';
import { useT } from '@/i18n';
import { useLive } from '@/live/socket';
import { ReturnFlow } from './ReturnFlow';

export function ReturnsScene() {
  const t = useT();
  const navigate = useNavigate();
  const filter = useSearch({ from: '/framed/returns' });
  const [edited, edit] = useEdited<never>();
  useLive('sales');
  const asked = returnsQuery(filter);
  const list = useInfiniteQuery(asked);
  const set = (change: Partial<typeof filter>) =>
    navigate({ to: '/returns', search: { ...filter, ...change }, replace: true });
  const columns: Column<SaleRow>[] = [
    {
      key: 'number',
      header: t('sale.number'),
      cell: (row) => <span className="num">{row.number}</span>,
      phone: 'title',
    },
    { key: 'at', header: t('sale.when'), cell: (row) => <When at={row.recorded_at} /> },
    { key: 'cashier', header: t('sale.cashier'), cell: (row) => row.cashier_name },
    { key: 'till', header: t('sale.till'), cell: (row) => row.till_name },
    {
      key: 'methods',
      header: t('payment.way'),
      cell: (row) => row.methods.map((method) => t(`payment.method.${method}`)).join(', '),
    },
    {
      key: 'total',
      header: t('sale.total'),
      align: 'right',
      phone: 'side',
      cell: (row) => <Sum of={row.total} />,
    },
  ];
  return (
    <Page title={t('menu.returns')} actions={<ActionButton action="return.new" />}>
      <DataTable
        name="returns"
        columns={columns}
        list={pagedRows(list, asked)}
        rowKey={(row) => row.id}
        onOpen={(row) => void navigate({ to: '/returns/$id', params: { id: row.id } })}
        toolbar={
          <>
            <SearchInput
              value={filter.number ?? ''}
              placeholder={t('sale.number')}
              onChange={(number) => set({ number: number || undefined })}
            />
            <Period from={filter.from} to={filter.to} onChange={set} />
          </>
        }
        empty={<Empty title={t('return.none')} text={t('return.none_text')} />}
      />
      <Modal opened={edited === 'new'} onClose={() => edit(null)} fullScreen title={t('return.title')}>
        <ReturnFlow onDone={() => edit(null)} />
      </Modal>
    </Page>
  );
}
