import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { receiptPictureUrl } from '@/api/sales';
import type { Sale, SaleLine } from '@/api/types';
import { useZone } from '@/app/identity';
import { Facts } from '@/components/Facts';
import { Quantity, Sum } from '@/components/Figures';
import { JOB_COLOR } from '@/components/jobs';
import { Spot } from '@/components/Light';
import { Card, Columns } from '@/components/Page';
import { When } from '@/components/When';
import { useT } from '@/i18n';
import { formatDate, formatDateTime } from '@/lib/dates';
import { isZero } from '@/lib/money';
import { unbroken } from '@/lib/names';
import { toThousandths } from '@/lib/quantity';
import classes from './Sale.module.css';

/** A finished sale as it was made, down to the line. */
export function SaleView({ sale, linked = true }: { sale: Sale; linked?: boolean }) {
  const t = useT();
  const zone = useZone();
  return (
    <Columns
      aside={
        <>
          <Card title={t('sale.paid_by')}>
            <Facts
              rows={sale.payments.flatMap((payment): [string, ReactNode][] => [
                [t(`payment.method.${payment.method}`), <Sum key="a" of={payment.amount} />],
                ...(payment.tendered
                  ? [[t('payment.tendered'), <Sum key="t" of={payment.tendered} />] as [string, ReactNode]]
                  : []),
                ...(payment.change && !isZero(payment.change)
                  ? [[t('payment.change'), <Sum key="c" of={payment.change} />] as [string, ReactNode]]
                  : []),
                ...(payment.transaction_id
                  ? [[t('payment.transaction'), payment.transaction_id] as [string, ReactNode]]
                  : []),
              ])}
            />
          </Card>
          <Card title={t('sale.about')}>
            <Facts
              rows={[
                [t('common.state'), t(`sale.state.${sale.state}`)],
                // Its own day is said with the time.
                !formatDateTime(sale.recorded_at, zone).startsWith(formatDate(sale.business_date)) && [
                  t('sale.date'),
                  formatDate(sale.business_date),
                ],
                [t('sale.when'), <When key="w" at={sale.recorded_at} />],
                [t('sale.cashier'), sale.cashier?.name ?? '—'],
                [t('sale.till'), sale.till.name],
                [t('sale.shift'), `№ ${sale.shift_number}`],
                [t('sale.receipt'), `№ ${sale.receipt_number}`],
                sale.customer !== null && [t('sale.customer'), sale.customer.name],
                sale.print !== null && [
                  t('sale.print'),
                  <Spot key="p" color={JOB_COLOR[sale.print.state]}>
                    {t(`job.state.${sale.print.state}`)}
                  </Spot>,
                ],
              ]}
            />
          </Card>
          {linked && (
            <Card title={t('sale.paper')}>
              <img
                className={classes.paper}
                loading="lazy"
                src={receiptPictureUrl(sale.id)}
                alt={t('sale.paper_text', { number: sale.number })}
              />
            </Card>
          )}
          {sale.returns.length > 0 && (
            <Card title={t('menu.returns')}>
              <Facts
                rows={sale.returns.map((made) => [
                  made.number,
                  linked ? (
                    <Link key={made.id} to="/returns/$id" params={{ id: made.id }}>
                      <Sum of={made.total} />
                    </Link>
                  ) : (
                    <Sum key={made.id} of={made.total} />
                  ),
                ])}
              />
            </Card>
          )}
        </>
      }
    >
      <Card title={t('sale.lines')}>
        <ul className={classes.lines}>
          {sale.lines.map((line) => (
            <Line key={line.line} line={line} linked={linked} />
          ))}
        </ul>
        <Facts
          rows={[
            !isZero(sale.discount_amount) && [t('till.subtotal'), <Sum key="s" of={sale.subtotal} />],
            !isZero(sale.discount_amount) && [t('till.discount'), <Sum key="d" of={sale.discount_amount} />],
            !isZero(sale.rounding) && [t('till.rounding'), <Sum key="r" of={sale.rounding} />],
            [t('sale.vat'), <Sum key="v" of={sale.vat_total} />],
            [
              t('till.total'),
              <strong key="t" className={classes.total}>
                <Sum of={sale.total} />
              </strong>,
            ],
          ]}
        />
      </Card>
    </Columns>
  );
}

function Line({ line, linked }: { line: SaleLine; linked: boolean }) {
  const t = useT();
  return (
    <li>
      <span>
        {linked ? (
          <Link to="/products/$id" params={{ id: line.product_id }} search={{}}>
            {unbroken(line.name)}
          </Link>
        ) : (
          unbroken(line.name)
        )}
        <br />
        <span className="soft">
          <Quantity of={line.quantity} unit={line.unit} /> × <Sum of={line.price} />
          {!isZero(line.discount_amount) && (
            <>
              {' · '}
              {t('till.discount')} <Sum of={line.discount_amount} />
            </>
          )}
          {toThousandths(line.returned) > 0 && (
            <>
              {' · '}
              {t('sale.returned')} <Quantity of={line.returned} unit={line.unit} />
            </>
          )}
        </span>
      </span>
      <Sum of={line.sum} />
    </li>
  );
}
