import { Group, SegmentedControl, TextInput } from '@mantine/core';
import type { Discount } from '@/api/types';
import { useCurrency, useIdentity } from '@/app/identity';
import { useT } from '@/i18n';
import { currencySign, parseAmount } from '@/lib/money';

export type DiscountText = { kind: Discount['kind']; text: string };

export const textOf = (discount: Discount | null): DiscountText => ({
  kind: discount?.kind ?? 'percent',
  text: discount?.value ?? '',
});

export function discountOf({ kind, text }: DiscountText): Discount | null {
  const value = parseAmount(text);
  if (value === null || Number(value) === 0) return null;
  return { kind, value: kind === 'percent' ? String(Number(value)) : value };
}

export function DiscountFields(props: {
  value: DiscountText;
  autoFocus?: boolean;
  onChange: (value: DiscountText) => void;
}) {
  const t = useT();
  const currency = useCurrency();
  const limit = useIdentity().discount_limit_percent;
  const { value } = props;
  const wrong = value.text !== '' && parseAmount(value.text) === null;
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
        error={wrong && t('problem.not_a_number')}
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
