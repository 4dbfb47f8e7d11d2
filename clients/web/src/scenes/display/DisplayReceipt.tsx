import { IconDeviceMobileCheck, IconHelpHexagon } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { DisplayView } from '@/api/types';
import { Quantity, Sum } from '@/components/Figures';
import { useT } from '@/i18n';
import { fromMinor, isZero, minorOf } from '@/lib/money';
import classes from './Display.module.css';

/** The receipt as it grows, and what it comes to in figures that are read from two metres away. */
export function DisplayReceipt({ sale, store }: { sale: DisplayView['sale']; store: string }) {
  const t = useT();
  const list = useRef<HTMLOListElement>(null);
  const last = sale.lines.at(-1);
  useEffect(() => {
    list.current?.lastElementChild?.scrollIntoView({ block: 'end' });
  }, [last?.id, sale.lines.length]);
  const discount = minorOf(sale.discount_amount);
  const part = !isZero(sale.due) && sale.due.amount !== sale.total.amount;
  return (
    <div className={classes.receipt}>
      <ol ref={list} className={classes.lines} aria-label={t('till.receipt')}>
        {sale.lines.map((line) => (
          <li key={line.id}>
            <span className={classes.name}>{line.name}</span>
            <span className={classes.count}>
              <Quantity of={line.quantity} unit={line.unit} /> × <Sum of={line.price} />
            </span>
            <strong>
              <Sum of={line.sum} />
            </strong>
          </li>
        ))}
      </ol>
      <div className={classes.sums}>
        <p className={classes.shop}>{store}</p>
        {sale.payment ? (
          <div className={classes.pay} data-state={sale.payment.state} role="status">
            {sale.payment.state === 'waiting' ? (
              <IconDeviceMobileCheck size={96} stroke={1.4} />
            ) : (
              <IconHelpHexagon size={96} stroke={1.4} />
            )}
            <span>{t(`display.pay.${sale.payment.state}`)}</span>
            <strong className={classes.total}>
              <Sum of={sale.payment.amount} />
            </strong>
          </div>
        ) : (
          <>
            {discount !== 0 && (
              <p className={classes.discount}>
                <span>{t('display.saved')}</span>
                <Sum of={fromMinor(Math.abs(discount), sale.total.currency)} />
              </p>
            )}
            {part && (
              <p>
                <span>{t('till.total')}</span>
                <Sum of={sale.total} />
              </p>
            )}
            <div className={classes.due}>
              <span>{t(part ? 'payment.rest' : 'payment.due')}</span>
              <strong className={classes.total}>
                <Sum of={part ? sale.due : sale.total} />
              </strong>
            </div>
          </>
        )}
      </div>
    </div>
  );
}
