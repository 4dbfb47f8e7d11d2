import type { ChartPoint } from '@/components/chart/Chart';

/** What stands on the page of parts: always the same, so that its pictures can be compared. Not texts of the program. */
export type SampleRow = {
  id: string;
  name: string;
  at: string;
  quantity: string;
  sum: { amount: string; currency: string };
  state: 'good' | 'warn' | 'bad' | 'idle';
};

const letters = (codes: number[]) => String.fromCodePoint(...codes);
/** One word, as long as one of ours may become. */
export const LONG_WORD = letters([
  0x49a, 0x430, 0x43c, 0x442, 0x430, 0x43c, 0x430, 0x441, 0x44b, 0x437, 0x434, 0x430, 0x43d, 0x434, 0x44b,
  0x440, 0x44b, 0x43b, 0x43c, 0x430, 0x493, 0x430, 0x43d, 0x434, 0x44b, 0x49b, 0x442, 0x430, 0x43d,
]);
/** The letters that a face may lack, large and small. */
export const KAZAKH_LETTERS = letters([
  0x4d8, 0x4d9, 0x20, 0x492, 0x493, 0x20, 0x49a, 0x49b, 0x20, 0x4a2, 0x4a3, 0x20, 0x4e8, 0x4e9, 0x20, 0x4b0,
  0x4b1, 0x20, 0x4ae, 0x4af, 0x20, 0x4ba, 0x4bb, 0x20, 0x406, 0x456,
]);

const STATES = ['good', 'warn', 'bad', 'idle'] as const;
export const sampleRows = (count: number): SampleRow[] =>
  Array.from({ length: count }, (_, index) => ({
    id: String(index + 1),
    name: index % 5 === 3 ? `Latte ${LONG_WORD} ${index + 1}` : `Latte ${index + 1}`,
    at: new Date(Date.UTC(2026, 0, 5, 6, index)).toISOString(),
    quantity: index % 4 === 0 ? '0.345' : index % 7 === 6 ? '-2' : String(index * 3),
    sum: { amount: `${(index + 1) * 1245}.${index % 3 === 0 ? '50' : '00'}`, currency: 'KZT' },
    state: STATES[index % 4] ?? 'idle',
  }));

export const samplePoints: ChartPoint[] = Array.from({ length: 10 }, (_, index) => ({
  key: String(index),
  label: `${String(index + 1).padStart(2, '0')}.01`,
}));
