import type { Money } from '@/api/types';

/** Narrow no-break space: groups of digits and the space before the sign never break a line. */
const NNBSP = '\u202f';
const MINUS = '\u2212';

const SYMBOLS: Record<string, string> = { KZT: '₸', RUB: '₽', USD: '$', EUR: '€', GBP: '£' };

export function currencySign(currency: string): string {
  return SYMBOLS[currency] ?? currency;
}

/** Hundredths of the unit as an integer. Sums of money are never held in floating point. */
export function toMinor(amount: string): number {
  const negative = amount.startsWith('-');
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.');
  const minor = Number(whole) * 100 + Number(`${fraction}00`.slice(0, 2));
  return negative ? -minor : minor;
}

export function fromMinor(minor: number, currency: string): Money {
  const size = Math.abs(minor);
  const amount = `${Math.trunc(size / 100)}.${String(size % 100).padStart(2, '0')}`;
  return { amount: minor < 0 ? `-${amount}` : amount, currency };
}

export const money = (amount: string, currency: string): Money => fromMinor(toMinor(amount), currency);
export const minorOf = (value: Money | null | undefined): number => (value ? toMinor(value.amount) : 0);

export function groupDigits(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, NNBSP);
}

/** `12 450 ₸`; hundredths are shown where they are not zero, and always for currencies whose people count them. */
export function formatMoney(value: Money): string {
  const minor = toMinor(value.amount);
  const size = Math.abs(minor);
  const cents = size % 100;
  const whole = groupDigits(String(Math.trunc(size / 100)));
  const fraction = cents || value.currency !== 'KZT' ? `,${String(cents).padStart(2, '0')}` : '';
  return `${minor < 0 ? MINUS : ''}${whole}${fraction}${NNBSP}${currencySign(value.currency)}`;
}

/** The sum without hundredths, as KZT is spoken of; other currencies stay as they are. */
export const wholeUnits = (value: Money): Money =>
  value.currency === 'KZT' ? fromMinor(Math.round(toMinor(value.amount) / 100) * 100, value.currency) : value;

export const isNegative = (value: Money): boolean => toMinor(value.amount) < 0;
export const isZero = (value: Money): boolean => toMinor(value.amount) === 0;

/** What a person typed as a sum (`12 450,5`), in wire form, or null when it is no sum. */
export function parseAmount(text: string): string | null {
  const plain = text.replace(/[\s\u00a0\u202f]/g, '').replace(',', '.');
  if (!/^\d{1,12}(\.\d{0,2})?$/.test(plain)) return null;
  return fromMinor(toMinor(plain), '').amount;
}
