import i18next from 'i18next';
import { setRequestLanguage } from '@/api/http';
import type { Language } from '@/api/types';
import { groupDigits } from '@/lib/figures';
import { setLocale } from '@/lib/locale';
import { readStored, writeStored } from '@/lib/storage';
import { createStore } from '@/lib/store';
import type ru from './ru';

type Leaves<T> = {
  [K in keyof T & string]: T[K] extends string ? K : `${K}.${Leaves<T[K]>}`;
}[keyof T & string];
type WithoutPlural<K> = K extends `${infer Stem}_${'one' | 'few' | 'many' | 'other'}` ? Stem : K;

/** Every text of the program by name; a misspelt name does not compile. */
export type TextKey = WithoutPlural<Leaves<typeof ru>>;
export type Translate = (key: TextKey, values?: Record<string, string | number>) => string;

export const LANGUAGES: readonly Language[] = ['ru', 'kk', 'en'];
export const LANGUAGE_NAMES: Record<Language, string> = { ru: 'Русский', kk: 'Қазақша', en: 'English' };

const load: Record<Language, () => Promise<{ default: object }>> = {
  ru: () => import('./ru'),
  kk: () => import('./kk'),
  en: () => import('./en'),
};

const current = createStore<Language>('ru');
const loaded = new Set<Language>();

function firstLanguage(): Language {
  const kept = readStored<string>('language', '');
  const wishes = [kept, ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return wishes.map((wish) => LANGUAGES.find((language) => language === wish)).find(Boolean) ?? 'ru';
}

/** Counts are written as figures of the language are; the texts need not say so each time. */
const grouped = (texts: object): object =>
  JSON.parse(JSON.stringify(texts).replaceAll('{{count}}', '{{count, digits}}'));

export async function switchLanguage(language: Language): Promise<void> {
  if (!loaded.has(language)) {
    const texts = grouped((await load[language]()).default);
    i18next.addResourceBundle(language, 'translation', texts, true, true);
    loaded.add(language);
  }
  await i18next.changeLanguage(language);
  setRequestLanguage(language);
  setLocale(language);
  document.documentElement.lang = language;
  writeStored('language', language);
  current.set(language);
}

export async function startLanguage(): Promise<void> {
  await i18next.init({
    resources: {},
    fallbackLng: false,
    interpolation: { escapeValue: false },
  });
  i18next.services.formatter?.add('digits', (count: unknown) =>
    typeof count === 'number' ? groupDigits(String(count)) : String(count),
  );
  await switchLanguage(firstLanguage());
}

const say = (key: string, values: Record<string, string | number> = {}): string => i18next.t(key, values);

/** One function per language, so that what depends on the texts can depend on the function. */
const translators: Record<Language, Translate> = {
  ru: (key, values) => say(key, values),
  kk: (key, values) => say(key, values),
  en: (key, values) => say(key, values),
};

/** Texts in the language of the moment; a component that uses them is drawn anew when it changes. */
export function useT(): Translate {
  return translators[current.use()];
}

export const useLanguage = (): Language => current.use();
/** For what is said outside of a component. */
export const textNow: Translate = (key, values) => say(key, values);
