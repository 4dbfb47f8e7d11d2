import { describe, expect, it } from 'vitest';
import { readEntry } from './entry';

describe('the search line', () => {
  it.each([
    ['4607014826556', { quantity: null, rest: '4607014826556', isCode: true }],
    ['12', { quantity: null, rest: '12', isCode: true }],
    ['1234567', { quantity: null, rest: '1234567', isCode: false }],
    ['3*4607014826556', { quantity: '3', rest: '4607014826556', isCode: true }],
    ['0,5 * cheese', { quantity: '0.5', rest: 'cheese', isCode: false }],
    ['3*', { quantity: '3', rest: '', isCode: false }],
    [' tea ', { quantity: null, rest: 'tea', isCode: false }],
  ])('%j', (text, entry) => {
    expect(readEntry(text)).toEqual(entry);
  });
});
