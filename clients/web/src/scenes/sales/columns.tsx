import type { SalePage, SaleRow, SaleState } from '@/api/types';
import { useZone } from '@/app/identity';
import { Sum } from '@/components/Figures';
import { type LightColor, Spot } from '@/components/Light';
import type { Column } from '@/components/table/columns';
import { useT } from '@/i18n';
import { formatMoney, fromMinor, minorOf } from '@/lib/money';
import { Dated, datedText } from './Dated';

const STATE_COLOR: Record<SaleState, LightColor> = {
  completed: 'good',
  returned_in_part: 'warn',
  returned: 'idle',
};

/** The columns of a list of sales, at the store and at the head office. */
export function useSaleColumns(totals?: SalePage['totals']): Column<SaleRow>[] {
  const t = useT();
  const zone = useZone();
  const sum =
    totals && fromMinor(minorOf(totals.sales) - Math.abs(minorOf(totals.returns)), totals.sales.currency);
  return [
    {
      key: 'number',
      header: t('sale.number'),
      cell: (row) => <span className="num">{row.number}</span>,
      phone: 'title',
      total: totals && t('sale.count', { count: totals.sales_count }),
    },
    {
      key: 'at',
      header: t('sale.date'),
      cell: (row) => <Dated document={row} />,
      text: (row) => datedText(row, zone),
    },
    {
      key: 'state',
      header: t('common.state'),
      wrap: true,
      cell: (row) =>
        row.kind === 'return' ? (
          <Spot color="warn">{t('sale.kind.one_return')}</Spot>
        ) : (
          <Spot color={STATE_COLOR[row.state]}>{t(`sale.state.${row.state}`)}</Spot>
        ),
    },
    { key: 'cashier', header: t('sale.cashier'), cell: (row) => row.cashier_name },
    {
      key: 'till',
      header: t('sale.till'),
      cell: (row) => <span className="num">{row.till_name}</span>,
      phone: 'none',
    },
    {
      key: 'customer',
      header: t('sale.customer'),
      cell: (row) => row.customer_name || '—',
      phone: 'none',
      hidden: true,
    },
    {
      key: 'methods',
      wrap: true,
      header: t('payment.way'),
      cell: (row) => row.methods.map((method) => t(`payment.method.${method}`)).join(', '),
      total:
        totals && minorOf(totals.returns) !== 0
          ? t('sale.returned_sum', { sum: formatMoney(totals.returns) })
          : undefined,
    },
    {
      key: 'total',
      header: t('sale.total'),
      align: 'right',
      phone: 'side',
      cell: (row) => (
        <strong>
          <Sum
            of={
              row.kind === 'return' ? fromMinor(-Math.abs(minorOf(row.total)), row.total.currency) : row.total
            }
          />
        </strong>
      ),
      total: sum && <Sum of={sum} />,
    },
  ];
}
