import { useQuery } from '@tanstack/react-query';
import { pricesQuery, productStockQuery } from '@/api/catalog';
import type { Product } from '@/api/types';
import { useMay } from '@/app/identity';
import { Facts } from '@/components/Facts';
import { Quantity, Sum } from '@/components/Figures';
import { ButtonLink } from '@/components/links';
import { Card } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { When } from '@/components/When';
import { useT } from '@/i18n';
import classes from './Products.module.css';

export function PriceHistory({ id }: { id: string }) {
  const t = useT();
  const prices = useQuery(pricesQuery(id));
  return (
    <Card title={t('product.price_history')}>
      <ProblemNote error={prices.error} />
      {prices.data?.length === 0 && <span className="soft">{t('product.price_history_none')}</span>}
      <ul className={classes.history}>
        {prices.data?.map((change) => (
          <li key={change.at}>
            <When at={change.at} />
            <span>
              <Sum of={change.from} /> →{' '}
              <strong>
                <Sum of={change.to} />
              </strong>
            </span>
            <span className="soft">{change.user_name}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function StockHistory({ product }: { product: Product }) {
  const t = useT();
  const may = useMay();
  const stock = useQuery(productStockQuery(product.id));
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
      <ProblemNote error={stock.error} />
      {stock.data && (
        <>
          <Facts
            rows={[
              [t('stock.quantity'), <Quantity key="q" of={stock.data.quantity} unit={product.unit} />],
              Boolean(stock.data.value) && [t('stock.value'), <Sum key="v" of={stock.data.value} />],
            ]}
          />
          {stock.data.history.items.length === 0 && <span className="soft">{t('stock.history_none')}</span>}
          <ul className={classes.history}>
            {stock.data.history.items.map((move) => (
              <li key={`${move.document_id}-${move.after}-${move.at}`}>
                <span>
                  {t(`stock.move.${move.kind}`)} {move.number}
                </span>
                <span>
                  <strong>
                    {move.delta.startsWith('-') ? '' : '+'}
                    <Quantity of={move.delta} />
                  </strong>{' '}
                  → <Quantity of={move.after} />
                </span>
                <span className="soft">
                  <When at={move.at} /> · {move.user_name}
                  {move.reason ? ` · ${move.reason}` : ''}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}
