import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Cart, Money } from '@/api/types';
import { useShortcuts } from '@/app/shortcuts';
import { Sum } from '@/components/Figures';
import { Keypad } from '@/components/Keypad';
import { useT } from '@/i18n';
import { groupDigits, typedFigure } from '@/lib/figures';
import { formatMoney, fromMinor, minorOf, money, parseAmount } from '@/lib/money';
import classes from './Payment.module.css';
import type { TillCart } from './useCart';
import { useOnceAnswered } from './useOnceAnswered';

/**
 * Cash: the exact sum, a likely note, or what was typed. A note that covers what is due ends the sale at once; a smaller
 * sum becomes a part, and the rest is asked for.
 */
export function CashEntry({ cart, till }: { cart: Cart; till: TillCart }) {
  const t = useT();
  const { busy, begin } = useOnceAnswered(till);
  const [typed, setTyped] = useState('');
  const due = minorOf(cart.due);
  const currency = cart.due.currency;
  const tendered = typed === '' ? due : minorOf(money(parseAmount(typed, currency) ?? '0', currency));
  const change = Math.max(0, tendered - due);
  const rest = Math.max(0, due - tendered);

  const take = (sum: Money) => {
    const enough = minorOf(sum) >= due;
    begin(() => till.pay({ method: 'cash', amount: enough ? cart.due : sum, tendered: sum }));
  };
  const accept = () => tendered > 0 && take(fromMinor(tendered, currency));
  /** What is typed is held as on the wire: a point begins the fraction in every language. */
  const add = (key: string) =>
    setTyped((before) => (parseAmount(before + key, currency) === null ? before : before + key).slice(0, 12));
  const erase = () => setTyped((before) => before.slice(0, -1));
  useShortcuts({
    Enter: accept,
    Backspace: erase,
    ',': () => add('.'),
    '.': () => add('.'),
    ...Object.fromEntries([...'0123456789'].map((digit) => [digit, () => add(digit)])),
  });

  const notes = cart.notes.filter((note) => minorOf(note) > due);
  return (
    <div className={classes.cash}>
      <div className={classes.notes}>
        <Button className={classes.note} variant="light" onClick={() => take(cart.due)}>
          <span>
            {t('payment.exact')}
            <br />
            <Sum of={cart.due} />
          </span>
        </Button>
        {notes.map((note) => (
          <Button key={note.amount} className={classes.note} variant="default" onClick={() => take(note)}>
            <Sum of={note} />
          </Button>
        ))}
      </div>
      <div className={classes.entry}>
        <div className={classes.tendered} data-empty={typed === '' || undefined}>
          <span>{t('payment.tendered')}</span>
          <strong className="num">
            {typed === '' ? <Sum of={cart.due} /> : typedFigure(groupDigits(typed))}
          </strong>
        </div>
        <div className={classes.change}>
          <span>{rest > 0 ? t('payment.rest') : t('payment.change')}</span>
          <strong>
            <Sum of={fromMinor(rest > 0 ? rest : change, currency)} />
          </strong>
        </div>
        <Keypad onKey={add} onErase={erase} left="00" />
        <Button size="xl" h={64} onClick={accept} loading={busy} disabled={tendered <= 0}>
          {rest > 0
            ? t('payment.take_part', { sum: formatMoney(fromMinor(tendered, currency)) })
            : t('payment.take', { sum: formatMoney(fromMinor(tendered, currency)) })}
        </Button>
      </div>
    </div>
  );
}
