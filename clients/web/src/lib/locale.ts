import type { Language } from '@/api/types';

let language: Language = 'ru';

/** From now on figures and dates are written and words ordered as this language does. */
export function setLocale(next: Language): void {
  language = next;
}

export const locale = (): Language => language;

/** Order of two words; Kazakh order holds for Russian words, too. */
export const compareWords = (a: string, b: string): number =>
  a.localeCompare(b, language === 'en' ? 'en' : ['kk', 'ru', 'en'], { numeric: true });
