import { parseQuantity } from '@/lib/quantity';

/** What stands in the search line: perhaps a quantity before a star, then a code or words. */
export type Entry = { quantity: string | null; rest: string; isCode: boolean };

export function readEntry(text: string): Entry {
  const match = /^\s*([\d.,]+)\s*[*x×]\s*(.*)$/i.exec(text);
  const quantity = match?.[1] ? parseQuantity(match[1]) : null;
  const rest = (quantity ? (match?.[2] ?? '') : text).trim();
  return { quantity, rest, isCode: /^\d{1,6}$|^\d{8}$|^\d{12,14}$/.test(rest) };
}
