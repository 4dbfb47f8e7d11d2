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

const same = (a: DiscountText, b: DiscountText) => a.kind === b.kind && a.text === b.text;

const read = ({ kind, text }: DiscountText, currency: string) =>
  kind === 'percent' ? parsePercent(text) : parseAmount(text, currency);

export function discountOf(typed: DiscountText, currency: string): Discount | null {
  const value = read(typed, currency);
  if (value === null || Number(value) === 0) return null;
  return { kind: typed.kind, value };
}

/**
 * What is wrong with a typed discount: no number, or more than this person may give; the hub decides in the end. One that
 * stands as somebody else gave it is right.
 */
export function useDiscountProblem(
  given: Discount | null,
): (typed: DiscountText, base: Money) => string | undefined {
  const t = useT();
  const percent = useIdentity().discount_limit_percent;
  return (typed, base) => {
    if (typed.text === '' || same(typed, textOf(given))) return undefined;
    const value = read(typed, base.currency);
    if (value === null) return t('problem.not_a_number');
    const over =
      typed.kind === 'percent'
        ? Number(value) > Number(percent)
        : toMinor(value, base.currency) * 100 > minorOf(base) * Number(percent);
    return over ? t('till.discount_over', { percent: formatQuantity(percent) }) : undefined;
  };
}

export function DiscountFields(props: {
  /** As it is now. */
  given: Discount | null;
  value: DiscountText;
  /** The sum that the discount is taken from. */
  base: Money;
  autoFocus?: boolean;
  /** What its form says of it. */
  field: { 'data-field': string; error: string | undefined };
  onChange: (value: DiscountText) => void;
}) {
  const t = useT();
  const currency = useCurrency();
  const limit = formatQuantity(useIdentity().discount_limit_percent);
  const { value, field } = props;
  const problem = useDiscountProblem(props.given)(value, props.base);
  return (
    <Group align="flex-end" wrap="nowrap">
      <TextInput
        {...field}
        data-autofocus={props.autoFocus || undefined}
        style={{ flex: 1 }}
        inputMode="decimal"
        label={t('till.discount')}
        description={t('till.discount_limit', { percent: limit })}
        placeholder="0"
        value={value.text}
        error={problem ?? field.error}
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
