import { useQuery } from '@tanstack/react-query';
import { pricesQuery, productStockQuery } from '@/api/catalog';
import type { PriceChange, Product, StockMove } from '@/api/types';
import { useMay, useZone } from '@/app/identity';
import { Chart } from '@/components/chart/Chart';
import { Facts } from '@/components/Facts';
import { Quantity, Sum } from '@/components/Figures';
import { ButtonLink } from '@/components/links';
import { Card } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/DataTable';
import { givenRows, wholeRows } from '@/components/table/rows';
import { When } from '@/components/When';
import { useT } from '@/i18n';
import { formatDateTime, formatDay, today } from '@/lib/dates';
import { formatQuantity, fromThousandths, toThousandths } from '@/lib/quantity';

export function PriceHistory({ id }: { id: string }) {
  const t = useT();
  const prices = useQuery(pricesQuery(id));
  const columns: Column<PriceChange>[] = [
    { key: 'at', header: t('sale.when'), cell: (row) => <When at={row.at} />, phone: 'title' },
    { key: 'from', header: t('product.price_from'), align: 'right', cell: (row) => <Sum of={row.from} /> },
    {
      key: 'to',
      header: t('product.price_to'),
      align: 'right',
      phone: 'side',
      cell: (row) => (
        <strong>
          <Sum of={row.to} />
        </strong>
      ),
    },
    { key: 'user', header: t('stock.user'), cell: (row) => row.user_name },
  ];
  return (
    <Card title={t('product.price_history')}>
      <DataTable
        inside
        name="product-prices"
        columns={columns}
        list={wholeRows(prices)}
        rowKey={(row) => row.at}
        empty={<span className="soft">{t('product.price_history_none')}</span>}
      />
    </Card>
  );
}

/** What there is of it now, and how that came about. */
export function StockNow({ product }: { product: Product }) {
  const t = useT();
  const may = useMay();
  const stock = useQuery(productStockQuery(product.id));
  const moves = stock.data?.history.items;
  return (
    <Card
      title={t('product.stock')}
      actions={
        may('stock.adjust') && (
          <ButtonLink to="/adjustments" search={{ product: product.id }} variant="light" size="sm">
            {t('stock.adjust')}
          </ButtonLink>
        )
      }
    >
      {stock.data && (
        <Facts
          rows={[
            [t('stock.quantity'), <Quantity key="q" of={stock.data.quantity} unit={product.unit} />],
            Boolean(stock.data.value) && [t('stock.value'), <Sum key="v" of={stock.data.value} />],
          ]}
        />
      )}
      {moves && moves.length > 1 && <Trend moves={moves} />}
      <ProblemNote error={stock.error} />
    </Card>
  );
}

/** Each movement with its document. */
export function StockMoves({ product }: { product: Product }) {
  const t = useT();
  const stock = useQuery(productStockQuery(product.id));
  const columns: Column<StockMove>[] = [
    {
      key: 'kind',
      header: t('stock.kind_label'),
      phone: 'title',
      wrap: true,
      cell: (row) => `${t(`stock.move.${row.kind}`)} ${row.number}`,
    },
    { key: 'at', header: t('sale.when'), cell: (row) => <When at={row.at} /> },
    {
      key: 'delta',
      header: t('stock.change'),
      align: 'right',
      phone: 'side',
      text: (row) => Number(row.delta),
      cell: (row) => (
        <strong>
          {row.delta.startsWith('-') ? '' : '+'}
          <Quantity of={row.delta} unit={product.unit} />
        </strong>
      ),
    },
    {
      key: 'after',
      header: t('stock.after'),
      align: 'right',
      cell: (row) => <Quantity of={row.after} unit={product.unit} />,
    },
    { key: 'user', header: t('stock.user'), cell: (row) => row.user_name, hidden: true },
    { key: 'reason', header: t('common.reason'), cell: (row) => row.reason || '—', wrap: true, hidden: true },
  ];
  return (
    <Card title={t('product.moves')}>
      <DataTable
        inside
        name="product-moves"
        columns={columns}
        list={{ ...givenRows(stock.data?.history.items), error: stock.error, refetch: stock.refetch }}
        rowKey={(row) => `${row.document_id}-${row.after}-${row.at}`}
        empty={<span className="soft">{t('stock.history_none')}</span>}
      />
    </Card>
  );
}

/** The stock after each movement, oldest first. */
function Trend({ moves }: { moves: StockMove[] }) {
  const t = useT();
  const zone = useZone();
  const ordered = [...moves].reverse();
  return (
    <Chart
      name={t('stock.trend')}
      height={180}
      points={ordered.map((move, index) => {
        const label = formatDay(today(zone, new Date(move.at)));
        return { key: `${move.document_id}-${index}`, label, name: formatDateTime(move.at, zone) };
      })}
      series={[
        {
          key: 'after',
          name: t('stock.after'),
          kind: 'step',
          values: ordered.map((move) => toThousandths(move.after)),
        },
      ]}
      say={(thousandths) => formatQuantity(fromThousandths(Math.round(thousandths)))}
      empty={t('stock.history_none')}
    />
  );
}
