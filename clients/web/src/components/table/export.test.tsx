// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest';
import { everyRow } from '@/api/lists';
import { Quantity, Sum } from '@/components/Figures';
import { When } from '@/components/When';
import { setLocale } from '@/lib/locale';
import { datedText } from '@/scenes/sales/Dated';
import { StockBar, stockState } from '@/scenes/stock/StockBar';
import { cellText, columnText } from './cellText';

const ROW = { quantity: '3', minimum: '10', unit: 'pcs' } as Parameters<typeof StockBar>[0]['row'];

describe('a file', () => {
  it('has sums and quantities as numbers and a drawn cell as its words', () => {
    expect(cellText(<Sum of={{ amount: '12.50', currency: 'KZT' }} />, 'UTC')).toBe(12.5);
    expect(
      cellText(
        <strong>
          <Quantity of="0.345" />
        </strong>,
        'UTC',
      ),
    ).toBe(0.345);
    setLocale('en');
    expect(cellText(<When at="2026-11-20T20:30:00Z" />, 'Asia/Almaty')).toBe('2026-11-21 01:30');
    const sale = { business_date: '2026-11-20', recorded_at: '2026-11-20T20:30:00Z' };
    expect(datedText(sale, 'UTC')).toBe('2026-11-20 20:30');
    expect(datedText(sale, 'Asia/Almaty')).toBe('2026-11-20');
    const level = {
      key: 'level',
      header: 'Level',
      cell: () => <StockBar row={ROW} />,
      text: stockState,
    };
    expect(columnText(level, ROW, 'UTC')).toBe('low');
  });

  it('holds every row of the list, however many pages it has', async () => {
    const pages = 60;
    const fetch = vi.fn(async (address: string) => {
      const page = Number(new URLSearchParams(address.split('?')[1]).get('cursor') ?? 0);
      const items = Array.from({ length: 500 }, (_, index) => page * 500 + index);
      return Response.json({ items, next: page + 1 < pages ? String(page + 1) : null });
    });
    vi.stubGlobal('fetch', fetch);
    const seen: number[] = [];
    const rows = await everyRow<number>(
      { path: '/products', query: { q: 'milk' } },
      (count) => seen.push(count),
      new AbortController().signal,
    );
    expect(rows).toHaveLength(30_000);
    expect(seen.at(-1)).toBe(30_000);
    expect(fetch.mock.calls.every(([address]) => address.includes('q=milk'))).toBe(true);
    vi.unstubAllGlobals();
  });
});
