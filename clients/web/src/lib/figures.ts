/** How figures are written and read: the mark before a fraction and between thousands, by the language of the moment. */
import type { Language } from '@/api/types';

/** Narrow no-break space: groups of digits and the space before the sign never break a line. */
export const NNBSP = '\u202f';
export const MINUS = '\u2212';

type Marks = { fraction: ',' | '.'; group: string };
const SPACED: Marks = { fraction: ',', group: NNBSP };
const MARKS: Record<Language, Marks> = { ru: SPACED, kk: SPACED, en: { fraction: '.', group: ',' } };
let marks = SPACED;

/** From now on figures are written and read as this language does. */
export function writeFiguresIn(language: Language): void {
  marks = MARKS[language];
}

/** The language to ask the browser's own figures in: Chromium says that it knows Kazakh, and writes them as English does. */
export const figuresLocale = (language: Language): string => (language === 'kk' ? 'ru' : language);

export function groupDigits(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, marks.group);
}

/** `12 450,5`; in English `12,450.5`. Both parts are digits; without a fraction, the whole alone. */
export function figure(whole: string, fraction: string): string {
  return `${groupDigits(whole)}${fraction ? marks.fraction + fraction : ''}`;
}

/** A wire number (`12450.5`) as a field holds it for changing: `12450,5`. */
export const typedFigure = (wire: string): string => wire.replace('.', marks.fraction);

/**
 * A number as a person types it, with a point before the fraction and at most so many digits after it, or null when it is
 * none. Point and comma both begin a fraction, but for commas that stand between thousands in English.
 */
export function readFigure(text: string, digits: number, wholeDigits = 12): string | null {
  const close = text.replace(/[\s\u00a0\u202f]/g, '');
  const grouped = marks.group === ',' && /^[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(close);
  const plain = grouped ? close.replaceAll(',', '') : close.replace(',', '.');
  const decimals = digits > 0 ? `(\\.\\d{0,${digits}})?` : '';
  return new RegExp(`^\\d{1,${wholeDigits}}${decimals}$`).test(plain) ? plain : null;
}
