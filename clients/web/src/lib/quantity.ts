import type { Language } from '@/api/types';
import { figure, figuresLocale, MINUS, readFigure } from './figures';

/** `2`, `0,345`, `−1`: no trailing zeros, a true minus. */
export function formatQuantity(quantity: string): string {
  const negative = quantity.startsWith('-');
  const [whole = '0', fraction = ''] = quantity.replace('-', '').split('.');
  const rest = fraction.replace(/0+$/, '');
  return `${negative ? MINUS : ''}${figure(whole, rest)}`;
}

/** What a person typed as a quantity in wire form, or null. At most three decimals: `1,250` is 1.25 in every language. */
export function parseQuantity(text: string): string | null {
  const plain = readFigure(text, 3, { wholeDigits: 9, lone: '' });
  return plain === null ? null : fromThousandths(toThousandths(plain));
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

/** `1,5` or `1.5`, as the language writes it. */
export const formatTenths = (value: number, language: Language): string =>
  new Intl.NumberFormat(figuresLocale(language), { maximumFractionDigits: 1 }).format(value);
