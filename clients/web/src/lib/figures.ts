/** How figures are written and read: the mark before a fraction and between thousands, by the language of the moment. */
import type { Language } from '@/api/types';
import { locale } from './locale';

/** Narrow no-break space: groups of digits and the space before the sign never break a line. */
export const NNBSP = '\u202f';
export const MINUS = '\u2212';

type Marks = { fraction: ',' | '.'; group: string };
const SPACED: Marks = { fraction: ',', group: NNBSP };
const MARKS: Record<Language, Marks> = { ru: SPACED, kk: SPACED, en: { fraction: '.', group: ',' } };
const marks = (): Marks => MARKS[locale()];

export const fractionMark = (): string => marks().fraction;

/** The language to ask the browser's own figures in: Chromium says that it knows Kazakh, and writes them as English does. */
export const figuresLocale = (language: Language): string => (language === 'kk' ? 'ru' : language);

export function groupDigits(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, marks().group);
}

/** `12 450,5`; in English `12,450.5`. Both parts are digits; without a fraction, the whole alone. */
export function figure(whole: string, fraction: string): string {
  return `${groupDigits(whole)}${fraction ? fractionMark() + fraction : ''}`;
}

/** A wire number (`12450.5`) as a field holds it for changing: `12450,5`. */
export const typedFigure = (wire: string): string => wire.replace('.', fractionMark());

/** Digits in thousands, whatever the fraction begins with. */
const GROUPED: Record<string, RegExp> = {
  ',': /^[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/,
  '.': /^[1-9]\d{0,2}(\.\d{3})+(,\d*)?$/,
};

/**
 * A number as a person types or pastes it, with a point before the fraction and at most so many digits after it, or null
 * when it is none. One comma or point begins a fraction, but for the comma between thousands of a sum in English; where
 * there are more, the first stands between thousands. `lone` is what may stand there alone.
 */
export function readFigure(
  text: string,
  digits: number,
  options: { wholeDigits?: number; lone?: string } = {},
): string | null {
  const { wholeDigits = 12, lone = marks().group } = options;
  const close = text.replace(/\s/g, '');
  const signs = close.replace(/\d/g, '');
  const group = signs.length > 1 ? (signs[0] ?? '') : lone;
  const plain = (GROUPED[group]?.test(close) ? close.replaceAll(group, '') : close).replace(',', '.');
  const decimals = digits > 0 ? `(\\.\\d{0,${digits}})?` : '';
  return new RegExp(`^\\d{1,${wholeDigits}}${decimals}$`).test(plain) ? plain : null;
}
