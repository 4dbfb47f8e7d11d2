import type { ReactNode } from 'react';
import type { Shift } from '@/api/types';
import { Facts } from '@/components/Facts';
import { Sum } from '@/components/Figures';
import { When } from '@/components/When';
import { useT } from '@/i18n';
import classes from './Shift.module.css';

/** What an X or Z report says, on the screen; `blind` while somebody counts the drawer: not what should be in it. */
export function ShiftReport({ shift, blind }: { shift: Shift; blind?: boolean }) {
  const t = useT();
  const { totals } = shift;
  return (
    <div className={classes.report}>
      <Facts
        rows={[
          [t('shift.till'), shift.till.name],
          [t('shift.opened'), <When key="o" at={shift.opened_at} />],
          [t('shift.opened_by'), shift.opened_by?.name ?? '—'],
          shift.closed_at !== null && [t('shift.closed'), <When key="c" at={shift.closed_at} />],
          shift.closed_by !== null && [t('shift.closed_by'), shift.closed_by.name],
        ]}
      />
      <Facts
        rows={[
          [t('shift.sales', { count: totals.sales_count }), <Sum key="s" of={totals.sales} />],
          [t('shift.returns', { count: totals.returns_count }), <Sum key="r" of={totals.returns} />],
          [t('shift.discounts'), <Sum key="d" of={totals.discounts} />],
          ...totals.by_method
            .filter((row) => !(blind && row.method === 'cash'))
            .map((row): [string, ReactNode] => [
              t(`payment.method.${row.method}`),
              <Sum key={row.method} of={row.sales} />,
            ]),
        ]}
      />
      <Facts
        rows={[
          [t('shift.opening'), <Sum key="o" of={shift.opening} />],
          [t('shift.cash_in'), <Sum key="i" of={totals.cash_in} />],
          [t('shift.cash_out'), <Sum key="x" of={totals.cash_out} />],
          !blind && [t('shift.expected'), <Sum key="e" of={shift.expected_cash} />],
          shift.counted !== null && [t('shift.counted'), <Sum key="c" of={shift.counted} />],
          shift.difference !== null && [t('shift.difference'), <Sum key="d" of={shift.difference} />],
          Boolean(shift.explanation) && [t('shift.explanation'), shift.explanation],
        ]}
      />
      {shift.operations.length > 0 && (
        <ul className={classes.operations}>
          {shift.operations.map((operation) => (
            <li key={`${operation.at}-${operation.kind}`}>
              <When at={operation.at} />
              <span>
                {operation.reason} · {operation.user_name}
              </span>
              <strong>
                <Sum of={operation.amount} />
              </strong>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
