import type { ComponentType } from 'react';
import { useState } from 'react';

/** What can be done with many rows at once: with each in turn, so that one refusal stops no other. */
export type BulkAction<Row> = {
  key: string;
  label: string;
  icon: ComponentType<{ size?: number }>;
  danger?: boolean;
  /** Rows it is not for are left out. */
  suits?: (row: Row) => boolean;
  each: (row: Row) => Promise<unknown>;
  done: (rows: Row[]) => void;
};

/** Which rows are ticked. A click with Shift ticks everything between. */
export function useSelection<Row>(rows: Row[], rowKey: (row: Row) => string) {
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set());
  const [last, setLast] = useState<number | null>(null);
  const chosen = keys.size === 0 ? [] : rows.filter((row) => keys.has(rowKey(row)));
  return {
    chosen,
    has: (row: Row) => keys.has(rowKey(row)),
    all: rows.length > 0 && chosen.length === rows.length,
    clear: () => setKeys(new Set()),
    toggleAll: () => setKeys(chosen.length === rows.length ? new Set() : new Set(rows.map(rowKey))),
    toggle: (index: number, through: boolean) => {
      const row = rows[index];
      if (row === undefined) return;
      const on = !keys.has(rowKey(row));
      const begin = through && last !== null ? Math.min(last, index) : index;
      const end = through && last !== null ? Math.max(last, index) : index;
      const next = new Set(keys);
      for (const other of rows.slice(begin, end + 1)) {
        if (on) next.add(rowKey(other));
        else next.delete(rowKey(other));
      }
      setKeys(next);
      setLast(index);
    },
  };
}

export type Selection<Row> = ReturnType<typeof useSelection<Row>>;
