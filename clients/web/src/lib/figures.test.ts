import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatBytes } from './bytes';
import { csvOf } from './csv';
import {
  addDays,
  fileDate,
  fileDateTime,
  formatDate,
  formatDateTime,
  formatDay,
  parseDate,
  today,
  zoneHere,
} from './dates';
import { compareWords, setLocale } from './locale';
import { currencyName, formatMoney, fromMinor, parseAmount, parsePercent, toMinor } from './money';
import { addQuantity, formatQuantity, formatTenths, parseQuantity } from './quantity';

afterEach(() => setLocale('ru'));

describe('money', () => {
  it.each([
    ['12450.00', 'KZT', '12\u202f450\u202f₸'],
    ['-300.00', 'KZT', '\u2212300\u202f₸'],
    ['0.50', 'KZT', '0,50\u202f₸'],
    ['1234567.00', 'GBP', '1\u202f234\u202f567,00\u202f£'],
    ['12450', 'JPY', '12\u202f450\u202f¥'],
    ['1.500', 'KWD', '1,500\u202fKWD'],
  ])('%s %s reads %s', (amount, currency, text) => {
    expect(formatMoney({ amount, currency })).toBe(text);
  });

  it.each(['KZT', 'JPY', 'KWD'])('goes to minor units of %s and back', (currency) => {
    for (const minor of [0, 1, -1, 99, 100, 123456, -5])
      expect(toMinor(fromMinor(minor, currency).amount, currency)).toBe(minor);
  });

  it.each([
    ['12 450,5', 'KZT', '12450.50'],
    ['100', 'KZT', '100.00'],
    ['', 'KZT', null],
    ['1.234', 'KZT', null],
    ['abc', 'KZT', null],
    ['-5', 'KZT', null],
    ['1 250', 'JPY', '1250'],
    ['12,5', 'JPY', null],
    ['1.234', 'KWD', '1.234'],
  ])('typed %j in %s is %j', (typed, currency, wire) => {
    expect(parseAmount(typed, currency)).toBe(wire);
  });

  it('is written and read as the language does', () => {
    setLocale('en');
    expect(formatMoney({ amount: '1234567.50', currency: 'KZT' })).toBe('1,234,567.50\u202f₸');
    expect(formatQuantity('-12000.50')).toBe('\u221212,000.5');
    expect(parseAmount('1,234,567.5', 'KZT')).toBe('1234567.50');
    expect(parseAmount('1,234', 'KZT')).toBe('1234.00');
    // Whoever is used to a comma is understood where it can be nothing else.
    expect(parseAmount('1234,5', 'KZT')).toBe('1234.50');
    expect(parseQuantity('0,345')).toBe('0.345');
    expect(parseAmount('1,23,456', 'KZT')).toBeNull();
    setLocale('kk');
    expect(formatMoney({ amount: '1234.50', currency: 'KZT' })).toBe('1\u202f234,50\u202f₸');
  });

  it.each(['ru', 'kk', 'en'] as const)(
    'is pasted in %s with whatever stands between thousands',
    (language) => {
      setLocale(language);
      for (const text of ['1,234.50', '1.234,50', '1 234,50', '1\u00a0234.50', '1234,50', '1234.5'])
        expect(parseAmount(text, 'KZT'), text).toBe('1234.50');
      for (const text of ['1,234,567', '1.234.567'])
        expect(parseAmount(text, 'KZT'), text).toBe('1234567.00');
      for (const text of ['1,2,3', '1.23,4.5', '.5,', '0,123.45'])
        expect(parseAmount(text, 'KZT')).toBeNull();
    },
  );

  it('reads percentages', () => {
    expect(parsePercent('7,5')).toBe('7.5');
    expect(parsePercent('7,555')).toBeNull();
  });
});

describe('figures that the browser writes', () => {
  const whole = Intl.NumberFormat;
  class KazakhAsEnglish extends whole {
    constructor(asked?: Intl.LocalesArgument, options?: Intl.NumberFormatOptions) {
      super(String(asked).startsWith('kk') ? 'en' : asked, options);
    }
  }
  beforeEach(() => {
    Intl.NumberFormat = KazakhAsEnglish as typeof Intl.NumberFormat;
  });
  afterEach(() => {
    Intl.NumberFormat = whole;
  });

  it.each([
    ['ru', '1,5', '8,8 ГБ', '153 МБ'],
    ['kk', '1,5', '8,8 ГБ', '153 МБ'],
    ['en', '1.5', '8.8 GB', '153 MB'],
  ] as const)('in %s: %s, %s, also where Kazakh figures are English', (language, tenths, free, size) => {
    expect(formatTenths(1.54, language)).toBe(tenths);
    expect(formatBytes(8_812_345_678, language).replace(/\s/, ' ')).toBe(free);
    expect(formatBytes(153_400_000, language).replace(/\s/, ' ')).toBe(size);
  });
});

describe('quantity', () => {
  it.each([
    ['1.000', '1'],
    ['0.345', '0,345'],
    ['-12.50', '\u221212,5'],
    ['12000', '12\u202f000'],
  ])('%s reads %s', (wire, text) => {
    expect(formatQuantity(wire)).toBe(text);
  });

  it('adds without floating point', () => {
    expect(addQuantity('0.1', '0.2')).toBe('0.3');
    expect(addQuantity('1', '-1')).toBe('0');
  });

  it.each(['ru', 'kk', 'en'] as const)('begins its fraction with a lone comma or point in %s', (language) => {
    setLocale(language);
    for (const text of ['1,250', '1.250', '1,25', '1.25']) expect(parseQuantity(text), text).toBe('1.25');
    for (const text of ['1,234.5', '1.234,5', '1 234,5']) expect(parseQuantity(text), text).toBe('1234.5');
    expect(parseQuantity('1,234,567')).toBe('1234567');
  });

  it('takes a comma', () => {
    expect(parseQuantity('0,345')).toBe('0.345');
    expect(parseQuantity('1,2345')).toBeNull();
  });
});

describe('dates', () => {
  it('are shown in the zone of the store', () => {
    expect(formatDateTime('2026-11-20T20:30:00Z', 'Asia/Almaty')).toBe('21.11.2026 01:30');
    expect(today('Asia/Almaty', new Date('2026-11-20T20:30:00Z'))).toBe('2026-11-21');
    expect(formatDate('2026-11-21')).toBe('21.11.2026');
    expect(formatDay('2026-11-21')).toBe('21.11');
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
  });

  it.each([
    ['1.9.2026', '2026-09-01'],
    ['01.09.26', '2026-09-01'],
    ['01/09/2026', '2026-09-01'],
    ['1 Sep 2026', '2026-09-01'],
    ['30 november 26', '2026-11-30'],
    ['Nov 3 2026', '2026-11-03'],
    ['november 3, 2026', '2026-11-03'],
    ['3 Nov, 2026', '2026-11-03'],
    ['3-Sept-26', '2026-09-03'],
    ['  3   Nov   2026 ', '2026-11-03'],
    ['1. 9. 2026', '2026-09-01'],
    ['No 3 2026', null],
    ['3 Nov', null],
    ['Nov 3 2026 5', null],
    ['2026-11-03', null],
    ['30 Foo 2026', null],
    ['31.02.2026', null],
    ['2026', null],
  ])('typed %j is %j', (typed, date) => {
    expect(parseDate(typed)).toBe(date);
  });
});

describe('in English', () => {
  beforeEach(() => setLocale('en'));

  it('dates name their month, and hours go to 24', () => {
    expect(formatDateTime('2026-11-20T20:30:00Z', 'Asia/Almaty')).toBe('21 Nov 2026 01:30');
    expect(formatDate('2026-05-03')).toBe('03 May 2026');
    expect(formatDay('2026-05-03')).toBe('03 May');
    expect(formatDate('2026-09-03')).toBe('03 Sep 2026');
    expect(formatDay('2026-09-03')).toBe('03 Sep');
    for (let month = 1; month <= 12; month += 1) {
      const date = `2026-${String(month).padStart(2, '0')}-09`;
      expect(parseDate(formatDate(date))).toBe(date);
    }
  });

  it('words of Latin letters come first', () => {
    const words = () => ['Сүт', 'Bread', 'Ән', 'Алма'].sort(compareWords);
    expect(words()).toEqual(['Bread', 'Алма', 'Ән', 'Сүт']);
    setLocale('kk');
    expect(words()[0]).toBe('Алма');
  });
});

describe('a file', () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each([
    ['en-US', 'ru', '"Tea, black",1.5\r\n'],
    ['en-GB', 'en', '"Tea, black",1.5\r\n'],
    ['ru-RU', 'en', '"Tea, black";1,5\r\n'],
    ['kk-KZ', 'en', '"Tea, black";1,5\r\n'],
    ['de', 'kk', '"Tea, black";1,5\r\n'],
  ] as const)(
    'has the marks of the region %s, whatever the language (%s)',
    async (region, language, text) => {
      setLocale(language);
      vi.stubGlobal('navigator', { language: region });
      expect(await csvOf([['Tea, black', 1.5]]).text()).toBe(text);
    },
  );

  it('names no month', () => {
    expect(fileDate('2026-11-21')).toBe('21.11.2026');
    setLocale('en');
    expect(fileDate('2026-11-21')).toBe('2026-11-21');
    expect(fileDateTime('2026-11-20T20:30:00Z', 'Asia/Almaty')).toBe('2026-11-21 01:30');
  });
});

afterEach(() => vi.unstubAllEnvs());

describe('what a list of currencies and a first run say', () => {
  it('names a currency without a sign once', () => {
    expect(currencyName('KZT')).toBe('KZT ₸');
    expect(currencyName('KGS')).toBe('KGS');
  });

  it('takes the zone of this machine only where the hub knows it', () => {
    vi.stubEnv('TZ', 'Europe/London');
    expect(zoneHere(['Asia/Almaty', 'Europe/London'])).toBe('Europe/London');
    expect(zoneHere(['Asia/Almaty'])).toBe('Asia/Almaty');
  });

  it('takes no zone from a machine that was never told where it stands', () => {
    vi.stubEnv('TZ', 'UTC');
    expect(zoneHere(['Asia/Almaty', 'UTC'])).toBe('Asia/Almaty');
  });
});
