import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { compareWords } from '@/lib/locale';
import type { Column } from './columns';

export type Sorted = { key: string; down: boolean };

/** `price` from small to large, `-price` from large to small. */
export function readSort(text: string | undefined): Sorted | null {
  if (!text) return null;
  return text.startsWith('-') ? { key: text.slice(1), down: true } : { key: text, down: false };
}

export const isSortable = <Row>(column: Column<Row>): boolean => Boolean(column.sort || column.value);

/** The order of the one list of a screen stands in its address; a list inside of another screen keeps its own. */
export function useSorting(inside: boolean, usual: string | undefined) {
  const address: { sort?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  const [own, setOwn] = useState<string | undefined>();
  const sorted = readSort((inside ? own : address.sort) ?? usual);
  const sortBy = (key: string) => {
    const next = sorted?.key === key && !sorted.down ? `-${key}` : key;
    if (inside) return setOwn(next);
    const search = (before: object) => ({ ...before, sort: next === usual ? undefined : next });
    void navigate({ to: '.', search: search as never, replace: true });
  };
  return { sorted, sortBy };
}

/** Rows that are here in whole, in the order of a column; words in the order of the language. */
export function sortRows<Row>(rows: Row[], columns: Column<Row>[], sorted: Sorted | null): Row[] {
  const by = columns.find((column) => column.key === sorted?.key && !column.sort)?.value;
  if (!by || !sorted) return rows;
  return [...rows].sort((a, b) => {
    const [left, right] = [by(a), by(b)];
    const order =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : compareWords(String(left), String(right));
    return sorted.down ? -order : order;
  });
}
