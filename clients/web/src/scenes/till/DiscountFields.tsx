import { Group, SegmentedControl, TextInput } from '@mantine/core';
import type { Discount, Money } from '@/api/types';
import { useCurrency, useIdentity } from '@/app/identity';
import { useT } from '@/i18n';
import { typedFigure } from '@/lib/figures';
import { currencySign, minorOf, parseAmount, parsePercent, toMinor } from '@/lib/money';
import { formatQuantity } from '@/lib/quantity';

export type DiscountText = { kind: Discount['kind']; text: string };

export const textOf = (discount: Discount | null): DiscountText => ({
  kind: discount?.kind ?? 'percent',
  text: typedFigure(discount?.value ?? ''),
});

const read = ({ kind, text }: DiscountText, currency: string) =>
  kind === 'percent' ? parsePercent(text) : parseAmount(text, currency);

export function discountOf(typed: DiscountText, currency: string): Discount | null {
  const value = read(typed, currency);
  if (value === null || Number(value) === 0) return null;
  return { kind: typed.kind, value };
}

/** Whether a typed discount stays within what this person may give; the hub decides in the end. */
export function useWithinLimit(): (value: DiscountText, base: Money) => boolean {
  const limit = Number(useIdentity().discount_limit_percent);
  return (typed, base) => {
    const value = read(typed, base.currency);
    if (value === null) return typed.text === '';
    if (typed.kind === 'percent') return Number(value) <= limit;
    return toMinor(value, base.currency) * 100 <= minorOf(base) * limit;
  };
}

export function DiscountFields(props: {
  value: DiscountText;
  /** The sum that the discount is taken from. */
  base: Money;
  autoFocus?: boolean;
  onChange: (value: DiscountText) => void;
}) {
  const t = useT();
  const currency = useCurrency();
  const limit = formatQuantity(useIdentity().discount_limit_percent);
  const { value } = props;
  const wrong = value.text !== '' && read(value, currency) === null;
  const over = !wrong && !useWithinLimit()(value, props.base);
  return (
    <Group align="flex-end" wrap="nowrap">
      <TextInput
        data-autofocus={props.autoFocus || undefined}
        style={{ flex: 1 }}
        inputMode="decimal"
        label={t('till.discount')}
        description={t('till.discount_limit', { percent: limit })}
        placeholder="0"
        value={value.text}
        error={wrong ? t('problem.not_a_number') : over && t('till.discount_over', { percent: limit })}
        onChange={(event) => props.onChange({ ...value, text: event.currentTarget.value })}
      />
      <SegmentedControl
        size="md"
        data={[
          { value: 'percent', label: '%' },
          { value: 'amount', label: currencySign(currency) },
        ]}
        value={value.kind}
        onChange={(kind) => props.onChange({ ...value, kind: kind as Discount['kind'] })}
      />
    </Group>
  );
}
