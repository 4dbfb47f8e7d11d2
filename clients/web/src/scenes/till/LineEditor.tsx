import { Button, Stack, TextInput } from '@mantine/core';
import type { CartLine, LineChange } from '@/api/types';
import { useMay } from '@/app/identity';
import { FormModal } from '@/components/form/FormModal';
import { useForm } from '@/components/form/useForm';
import { SumInput } from '@/components/SumInput';
import { useT } from '@/i18n';
import { typedFigure } from '@/lib/figures';
import { fromMinor, minorOf, money, parseAmount, toMinor } from '@/lib/money';
import { parseQuantity, toThousandths } from '@/lib/quantity';
import { DiscountFields, discountOf, textOf, useDiscountProblem } from './DiscountFields';

const plain = (amount: string) => typedFigure(amount.replace(/\.00$/, ''));

/** Quantity, discount and, with the right, price of one line. */
export function LineEditor(props: {
  /** Lines are numbered within their cart. */
  cart: string;
  line: CartLine;
  save: (change: LineChange, key: string) => Promise<void>;
  onClose: () => void;
  onRemove: () => void;
}) {
  const t = useT();
  const may = useMay();
  const { line } = props;
  const currency = line.price.currency;
  const discountProblem = useDiscountProblem(line.discount);
  const initial = {
    quantity: typedFigure(line.quantity),
    discount: textOf(line.discount),
    price: plain(line.price.amount),
    reason: '',
  };
  const readOf = (draft: typeof initial) => {
    const count = parseQuantity(draft.quantity);
    const price = parseAmount(draft.price, currency);
    const minor = (toMinor(price ?? '0', currency) * toThousandths(count ?? '0')) / 1000;
    return {
      count,
      price,
      base: fromMinor(Math.round(minor), currency),
      repriced: price !== null && toMinor(price, currency) !== minorOf(line.price),
    };
  };
  const form = useForm({
    place: `line/${props.cart}/${line.id}/${line.product_id}`,
    initial,
    check: (draft) => {
      const { count, price, base, repriced } = readOf(draft);
      return {
        quantity: count === null || count === '0' ? t('problem.not_a_number') : undefined,
        discount: discountProblem(draft.discount, base),
        price: price === null ? t('problem.not_a_sum') : undefined,
        reason: repriced && draft.reason.trim() === '' ? t('form.needed') : undefined,
      };
    },
    read: (draft): LineChange => {
      const { count, price, repriced } = readOf(draft);
      const change: LineChange = {};
      if (count !== null && count !== line.quantity) change.quantity = count;
      if (JSON.stringify(draft.discount) !== JSON.stringify(initial.discount))
        change.discount = discountOf(draft.discount, currency);
      if (repriced && price)
        Object.assign(change, { price: money(price, currency), reason: draft.reason.trim() });
      return change;
    },
    save: props.save,
    onDone: props.onClose,
  });
  const { draft, set } = form;
  const { base, repriced } = readOf(draft);

  return (
    <FormModal
      form={form}
      isNew
      onClose={props.onClose}
      title={line.name}
      beside={
        <Button
          variant="subtle"
          color="red"
          onClick={() => {
            form.forget();
            props.onRemove();
          }}
        >
          {t('till.remove_line')}
        </Button>
      }
    >
      <Stack>
        <TextInput
          data-autofocus
          size="lg"
          inputMode="decimal"
          label={t('till.quantity')}
          {...form.text('quantity')}
          onFocus={(event) => event.currentTarget.select()}
        />
        {may('sales.discount') && (
          <DiscountFields
            given={line.discount}
            base={base}
            value={draft.discount}
            field={form.field('discount')}
            onChange={(discount) => set('discount', discount)}
          />
        )}
        {may('sales.price_override') && (
          <SumInput
            label={t('till.price')}
            currency={currency}
            {...form.field('price')}
            value={draft.price}
            onText={(price) => set('price', price)}
          />
        )}
        {repriced && <TextInput label={t('till.price_reason')} required {...form.text('reason')} />}
      </Stack>
    </FormModal>
  );
}
