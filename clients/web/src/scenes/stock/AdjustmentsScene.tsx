import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { adjustmentsQuery } from '@/api/stock';
import type { Adjustment } from '@/api/types';
import { ActionButton } from '@/app/actions/ActionButton';
import { Empty } from '@/components/Empty';
import { Quantity } from '@/components/Figures';
import { Page } from '@/components/Page';
import { Period } from '@/components/Period';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/DataTable';
import { pagedRows } from '@/components/table/rows';
import { When } from '@/components/When';
import { useT } from '@/i18n';
import { useLive } from '@/live/socket';
import { AdjustModal } from './AdjustModal';

export function AdjustmentsScene() {
  const t = useT();
  const navigate = useNavigate();
  const { product, make, ...filter } = useSearch({ from: '/framed/adjustments' });
  useLive('stock');
  const asked = adjustmentsQuery(filter);
  const list = useInfiniteQuery(asked);
  const columns: Column<Adjustment>[] = [
    {
      key: 'product',
      header: t('product.name'),
      cell: (row) => row.product_name,
      wrap: true,
      phone: 'title',
    },
    { key: 'at', header: t('sale.when'), cell: (row) => <When at={row.at} /> },
    { key: 'kind', header: t('stock.kind_label'), cell: (row) => t(`stock.kind.${row.kind}`) },
    {
      key: 'quantity',
      header: t('till.quantity'),
      align: 'right',
      cell: (row) => <Quantity of={row.delta} />,
    },
    { key: 'before', header: t('stock.before'), align: 'right', cell: (row) => <Quantity of={row.before} /> },
    { key: 'after', header: t('stock.after'), align: 'right', cell: (row) => <Quantity of={row.after} /> },
    { key: 'reason', header: t('common.reason'), cell: (row) => row.reason, wrap: true },
    { key: 'user', header: t('stock.user'), cell: (row) => row.user_name },
  ];
  return (
    <Page title={t('menu.adjustments')} actions={<ActionButton action="stock.adjust" />}>
      <DataTable
        name="adjustments"
        columns={columns}
        list={pagedRows(list, asked)}
        rowKey={(row) => row.id}
        onOpen={(row) => void navigate({ to: '/products/$id', params: { id: row.product_id }, search: {} })}
        toolbar={
          <Period
            {...filter}
            onChange={(range) => void navigate({ to: '/adjustments', search: range, replace: true })}
          />
        }
        empty={<Empty title={t('stock.no_adjustments')} text={t('stock.no_adjustments_text')} />}
      />
      {(make || product !== undefined) && (
        <AdjustModal
          productId={product}
          onClose={() => void navigate({ to: '/adjustments', search: filter, replace: true })}
        />
      )}
    </Page>
  );
}
