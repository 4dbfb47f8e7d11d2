import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import type { Cart, PaymentMethod } from '@/api/types';
import { useShortcuts } from '@/app/shortcuts';
import { SumInput } from '@/components/SumInput';
import { useT } from '@/i18n';
import { formatAmount, formatMoney, minorOf, money, parseAmount, toMinor } from '@/lib/money';
import classes from './Payment.module.css';
import type { TillCart } from './useCart';
import { useOnceAnswered } from './useOnceAnswered';

/** Kaspi on the terminal, a card or a transfer noted by hand; in whole or in part. */
export function OtherEntry({
  method,
  cart,
  till,
}: {
  method: Exclude<PaymentMethod, 'cash'>;
  cart: Cart;
  till: TillCart;
}) {
  const t = useT();
  const { busy, begin } = useOnceAnswered(till);
  const [text, setText] = useState('');
  const amount = text === '' ? cart.due.amount : parseAmount(text, cart.due.currency);
  const over = amount !== null && toMinor(amount, cart.due.currency) > minorOf(cart.due);
  const ready = amount !== null && Number(amount) > 0 && !over;
  const send = () => {
    if (ready) begin(() => till.pay({ method, amount: money(amount, cart.due.currency) }));
  };
  useShortcuts({ Enter: send });
  return (
    <form
      className={classes.other}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <SumInput
        size="lg"
        label={t('payment.part')}
        description={t('payment.part_text')}
        placeholder={formatAmount(cart.due)}
        currency={cart.due.currency}
        value={text}
        onText={setText}
        error={over ? t('payment.over') : amount === null && t('problem.not_a_sum')}
      />
      <Text className="soft">{t(`payment.about.${method}`)}</Text>
      <Button
        type="submit"
        size="xl"
        mih={72}
        h="auto"
        py={8}
        styles={{ label: { whiteSpace: 'normal' } }}
        disabled={!ready}
        loading={busy}
      >
        {t(`payment.do.${method}`, { sum: formatMoney(money(amount ?? '0', cart.due.currency)) })}
      </Button>
    </form>
  );
}
