import { TextInput, type TextInputProps } from '@mantine/core';
import { currencySign } from '@/lib/money';

/** A sum as people type it; the value is the typed text, read with `parseAmount`. */
export function SumInput({
  currency,
  onText,
  ...rest
}: Omit<TextInputProps, 'onChange'> & { currency: string; onText: (text: string) => void }) {
  return (
    <TextInput
      inputMode="decimal"
      autoComplete="off"
      rightSection={<span className="soft">{currencySign(currency)}</span>}
      styles={{ input: { textAlign: 'right', fontVariantNumeric: 'tabular-nums' } }}
      {...rest}
      onChange={(event) => onText(event.currentTarget.value)}
    />
  );
}
