import type { Language } from '@/api/types';
import { groupDigits } from './money';

/** `2`, `0,345`, `−1`: no trailing zeros, comma before the fraction, a true minus. */
export function formatQuantity(quantity: string): string {
  const negative = quantity.startsWith('-');
  const [whole = '0', fraction = ''] = quantity.replace('-', '').split('.');
  const rest = fraction.replace(/0+$/, '');
  return `${negative ? '\u2212' : ''}${groupDigits(whole)}${rest ? `,${rest}` : ''}`;
}

/** What a person typed as a quantity in wire form, or null. At most three decimals. */
export function parseQuantity(text: string): string | null {
  const plain = text.replace(/[\s\u00a0\u202f]/g, '').replace(',', '.');
  if (!/^\d{1,9}(\.\d{0,3})?$/.test(plain)) return null;
  return fromThousandths(toThousandths(plain));
}

export function toThousandths(quantity: string): number {
  const negative = quantity.startsWith('-');
  const [whole = '0', fraction = ''] = quantity.replace('-', '').split('.');
  const size = Number(whole) * 1000 + Number(`${fraction}000`.slice(0, 3));
  return negative ? -size : size;
}

export function fromThousandths(thousandths: number): string {
  const size = Math.abs(thousandths);
  const fraction = String(size % 1000)
    .padStart(3, '0')
    .replace(/0+$/, '');
  const text = `${Math.trunc(size / 1000)}${fraction ? `.${fraction}` : ''}`;
  return thousandths < 0 ? `-${text}` : text;
}

export const addQuantity = (a: string, b: string): string =>
  fromThousandths(toThousandths(a) + toThousandths(b));

/** So many times the same quantity, to the nearest thousandth. */
export const timesQuantity = (quantity: string, times: string): string =>
  fromThousandths(Math.round((toThousandths(quantity) * toThousandths(times)) / 1000));

/** `1,5` or `1.5`, as the language writes it. A browser that knows no Kazakh writes it as Russian does, not as English. */
export const formatTenths = (value: number, language: Language): string =>
  new Intl.NumberFormat(language === 'kk' ? ['kk', 'ru'] : language, { maximumFractionDigits: 1 }).format(
    value,
  );
