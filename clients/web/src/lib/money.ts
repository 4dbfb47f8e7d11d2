import type { Money } from '@/api/types';
import { figure, MINUS, NNBSP, readFigure } from './figures';

const SYMBOLS: Record<string, string> = { KZT: '₸', RUB: '₽', USD: '$', EUR: '€', GBP: '£', JPY: '¥' };

/** Digits of the minor unit (ISO 4217), where they are not two; as the hub counts them. */
const DIGITS: Record<string, number> = {
  ...Object.fromEntries(['JPY', 'KRW', 'VND', 'CLP', 'ISK', 'UGX', 'PYG'].map((code) => [code, 0])),
  ...Object.fromEntries(['KWD', 'BHD', 'OMR', 'JOD', 'TND', 'IQD', 'LYD'].map((code) => [code, 3])),
};
const digitsOf = (currency: string): number => DIGITS[currency] ?? 2;
/** Minor units in one unit. */
export const scaleOf = (currency: string): number => 10 ** digitsOf(currency);

export function currencySign(currency: string): string {
  return SYMBOLS[currency] ?? currency;
}

/** `KZT ₸`: a currency as a list names it; by its code alone where it has no sign. */
export function currencyName(currency: string): string {
  const sign = SYMBOLS[currency];
  return sign ? `${currency} ${sign}` : currency;
}

/** Minor units of the currency as an integer. Sums of money are never held in floating point. */
export function toMinor(amount: string, currency: string): number {
  const negative = amount.startsWith('-');
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.');
  const digits = digitsOf(currency);
  const minor = Number(whole) * scaleOf(currency) + Number(`${fraction}000`.slice(0, digits));
  return negative ? -minor : minor;
}

export function fromMinor(minor: number, currency: string): Money {
  const size = Math.abs(minor);
  const [scale, digits] = [scaleOf(currency), digitsOf(currency)];
  const fraction = digits > 0 ? `.${String(size % scale).padStart(digits, '0')}` : '';
  const amount = `${Math.trunc(size / scale)}${fraction}`;
  return { amount: minor < 0 ? `-${amount}` : amount, currency };
}

export const money = (amount: string, currency: string): Money =>
  fromMinor(toMinor(amount, currency), currency);
export const minorOf = (value: Money | null | undefined): number =>
  value ? toMinor(value.amount, value.currency) : 0;

/** `12 450 ₸`; minor units are shown where they are not zero, and always for currencies whose people count them. */
export const formatMoney = (value: Money): string =>
  `${formatAmount(value)}${NNBSP}${currencySign(value.currency)}`;

/** The same where the sign stands already: in a field. */
export function formatAmount(value: Money): string {
  const minor = minorOf(value);
  const size = Math.abs(minor);
  const [scale, digits] = [scaleOf(value.currency), digitsOf(value.currency)];
  const rest = size % scale;
  const shown = digits > 0 && (rest || value.currency !== 'KZT');
  const text = figure(String(Math.trunc(size / scale)), shown ? String(rest).padStart(digits, '0') : '');
  return `${minor < 0 ? MINUS : ''}${text}`;
}

/** The sum without hundredths, as KZT is spoken of; other currencies stay as they are. */
export const wholeUnits = (value: Money): Money =>
  value.currency === 'KZT' ? fromMinor(Math.round(minorOf(value) / 100) * 100, value.currency) : value;

export const isNegative = (value: Money): boolean => minorOf(value) < 0;
export const isZero = (value: Money): boolean => minorOf(value) === 0;

/** What a person typed as a sum, in wire form, or null when it is no sum of the currency. */
export function parseAmount(text: string, currency: string): string | null {
  const plain = readFigure(text, digitsOf(currency));
  return plain === null ? null : money(plain, currency).amount;
}

/** What a person typed as a percentage, or null. */
export function parsePercent(text: string): string | null {
  const plain = readFigure(text, 2);
  return plain === null ? null : String(Number(plain));
}
