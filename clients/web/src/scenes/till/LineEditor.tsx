import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { CartLine, LineChange } from '@/api/types';
import { useMay } from '@/app/identity';
import { useQuestion } from '@/app/questions';
import { SumInput } from '@/components/SumInput';
import { useT } from '@/i18n';
import { typedFigure } from '@/lib/figures';
import { fromMinor, minorOf, money, parseAmount, toMinor } from '@/lib/money';
import { parseQuantity, toThousandths } from '@/lib/quantity';
import { DiscountFields, discountOf, textOf, useWithinLimit } from './DiscountFields';

const plain = (amount: string) => typedFigure(amount.replace(/\.00$/, ''));

/** Quantity, discount and, with the right, price of one line. */
export function LineEditor(props: {
  line: CartLine;
  onClose: () => void;
  onSave: (change: LineChange) => void;
  onRemove: () => void;
}) {
  const t = useT();
  useQuestion();
  const may = useMay();
  const { line } = props;
  const currency = line.price.currency;
  const [quantity, setQuantity] = useState(typedFigure(line.quantity));
  const [discount, setDiscount] = useState(textOf(line.discount));
  const [price, setPrice] = useState(plain(line.price.amount));
  const [reason, setReason] = useState('');
  const amount = parseAmount(price, currency);
  const repriced = amount !== null && toMinor(amount, currency) !== minorOf(line.price);
  const count = parseQuantity(quantity);
  const base = fromMinor(
    Math.round((minorOf(money(amount ?? '0', currency)) * toThousandths(count ?? '0')) / 1000),
    currency,
  );
  const within = useWithinLimit()(discount, base);
  const ready =
    count !== null && count !== '0' && amount !== null && within && (!repriced || reason.trim() !== '');

  const save = () => {
    if (!ready || count === null || amount === null) return;
    const change: LineChange = {};
    if (count !== line.quantity) change.quantity = count;
    const wanted = discountOf(discount, currency);
    if (JSON.stringify(wanted) !== JSON.stringify(line.discount)) change.discount = wanted;
    if (repriced) Object.assign(change, { price: money(amount, currency), reason: reason.trim() });
    props.onSave(change);
  };

  return (
    <Modal opened onClose={props.onClose} title={line.name}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Stack>
          <TextInput
            data-autofocus
            size="lg"
            inputMode="decimal"
            label={t('till.quantity')}
            value={quantity}
            error={count === null && t('problem.not_a_number')}
            onChange={(event) => setQuantity(event.currentTarget.value)}
            onFocus={(event) => event.currentTarget.select()}
          />
          {may('sales.discount') && <DiscountFields base={base} value={discount} onChange={setDiscount} />}
          {may('sales.price_override') && (
            <SumInput
              label={t('till.price')}
              currency={currency}
              value={price}
              onText={setPrice}
              error={amount === null && t('problem.not_a_sum')}
            />
          )}
          {repriced && (
            <TextInput
              label={t('till.price_reason')}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
              required
            />
          )}
          <Group justify="space-between" wrap="wrap-reverse">
            <Button variant="subtle" color="red" onClick={props.onRemove}>
              {t('till.remove_line')}
            </Button>
            <Button type="submit" disabled={!ready}>
              {t('common.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
