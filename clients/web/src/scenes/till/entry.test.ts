import { afterEach, describe, expect, it } from 'vitest';
import { setLocale } from '@/lib/locale';
import { readEntry } from './entry';

afterEach(() => setLocale('ru'));

describe('the search line', () => {
  it.each([
    ['4607014826556', { quantity: null, rest: '4607014826556', isCode: true }],
    ['12', { quantity: null, rest: '12', isCode: true }],
    ['1234567', { quantity: null, rest: '1234567', isCode: false }],
    ['3*4607014826556', { quantity: '3', rest: '4607014826556', isCode: true }],
    ['0,5 * cheese', { quantity: '0.5', rest: 'cheese', isCode: false }],
    ['1,250*tea', { quantity: '1.25', rest: 'tea', isCode: false }],
    ['3*', { quantity: '3', rest: '', isCode: false }],
    [' tea ', { quantity: null, rest: 'tea', isCode: false }],
  ])('%j', (text, entry) => {
    for (const language of ['ru', 'en'] as const) {
      setLocale(language);
      expect(readEntry(text), language).toEqual(entry);
    }
  });
});
