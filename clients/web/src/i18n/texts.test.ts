import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import en from './en';
import kk from './kk';
import ru from './ru';

type Tree = { [name: string]: string | Tree };

const PLURAL = /_(one|few|many|other)$/;
const SOURCE = new URL('..', import.meta.url).pathname;

function flatten(tree: Tree, prefix = ''): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(tree)) {
    if (typeof value === 'string') texts.set(prefix + name, value);
    else for (const [key, text] of flatten(value, `${prefix}${name}.`)) texts.set(key, text);
  }
  return texts;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'i18n' ? [] : sources(path);
    const made = entry.name.endsWith('.d.ts') || entry.name.includes('.test.');
    return /\.tsx?$/.test(entry.name) && !made ? [path] : [];
  });
}

const languages = { ru: flatten(ru), kk: flatten(kk), en: flatten(en) };
const stems = (texts: Map<string, string>) =>
  new Set([...texts.keys()].map((key) => key.replace(PLURAL, '')));
const files = sources(SOURCE).map((path) => ({
  path: path.slice(SOURCE.length),
  text: readFileSync(path, 'utf8'),
}));
const code = files.map((file) => file.text).join('\n');

describe('texts', () => {
  it.each(['kk', 'en'] as const)('%s says everything that ru says, and no more', (language) => {
    expect([...stems(languages[language])].sort()).toEqual([...stems(languages.ru)].sort());
  });

  it.each(['ru', 'kk', 'en'] as const)('%s has every plural form that its grammar asks for', (language) => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const texts = languages[language];
    const plural = new Set(
      [...texts.keys()].filter((key) => PLURAL.test(key)).map((key) => key.replace(PLURAL, '')),
    );
    for (const stem of plural) {
      for (const form of forms) expect(texts.has(`${stem}_${form}`), `${stem}_${form}`).toBe(true);
    }
  });

  it('name the same values in every language', () => {
    const values = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();
    for (const [key, text] of languages.ru) {
      for (const language of ['kk', 'en'] as const) {
        const other = languages[language].get(key);
        if (other !== undefined) expect(values(other), `${language} ${key}`).toEqual(values(text));
      }
    }
  });

  it('are all used', () => {
    // A key is used where it is written out, or where it is put together: from what stands before the value, a value that
    // the program or the API knows by that very name, and what stands after it.
    const schema = readFileSync(join(SOURCE, 'api/schema.d.ts'), 'utf8');
    const values = new Set(
      [...code.matchAll(/'([a-z0-9_.]+)'/gi), ...schema.matchAll(/"([a-z0-9_.]+)"/g)].map(
        ([, value]) => value,
      ),
    );
    for (const [, name] of code.matchAll(/^\s*'?([a-z_]+)'?:/gm)) values.add(name);
    const templates = [...code.matchAll(/`([a-z_]+(?:\.[a-z_]+)*\.)\$\{[^}`]*\}([a-z_.]*)`/g)].map(
      ([, before = '', after = '']) => ({ before, after }),
    );
    const built = (key: string) =>
      templates.some(
        ({ before, after }) =>
          key.startsWith(before) &&
          key.endsWith(after) &&
          values.has(key.slice(before.length, key.length - after.length)),
      );
    const unused = [...stems(languages.ru)].filter((key) => !code.includes(`'${key}'`) && !built(key));
    expect(unused).toEqual([]);
  });

  it('are not written into components', () => {
    const written = files.filter((file) => /[а-яёәғқңөұүһі]/i.test(file.text)).map((file) => file.path);
    expect(written).toEqual([]);
  });
});
