import type { Cart } from '@/api/types';
import { Sum } from '@/components/Figures';
import { useT } from '@/i18n';
import { fromMinor, isZero, minorOf } from '@/lib/money';
import classes from './Cart.module.css';

export function CartTotals({ cart }: { cart: Cart }) {
  const t = useT();
  return (
    <dl className={classes.totals}>
      {!isZero(cart.discount_amount) && (
        <>
          <dt>{t('till.subtotal')}</dt>
          <dd>
            <Sum of={cart.subtotal} />
          </dd>
          <dt>{t('till.discount')}</dt>
          <dd>
            <Sum of={fromMinor(-Math.abs(minorOf(cart.discount_amount)), cart.total.currency)} />
          </dd>
        </>
      )}
      {!isZero(cart.rounding) && (
        <>
          <dt>{t('till.rounding')}</dt>
          <dd>
            <Sum of={cart.rounding} />
          </dd>
        </>
      )}
      <dt className={classes.total}>{t('till.total')}</dt>
      <dd className={classes.total}>
        <Sum of={cart.total} />
      </dd>
    </dl>
  );
}
