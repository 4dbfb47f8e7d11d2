import { type ReactNode, useState } from 'react';
import { useIdentity } from '@/app/identity';
import { readStored, writeStored } from '@/lib/storage';

export type Column<Row> = {
  key: string;
  header: string;
  cell: (row: Row) => ReactNode;
  align?: 'right';
  /** The hub's name of this order, for lists that the hub sorts. */
  sort?: string;
  /** What to compare, for lists that are here in whole. */
  value?: (row: Row) => string | number;
  width?: number;
  total?: ReactNode;
  /** On a phone: the card's heading, what stands beside it, a line of the card, or nothing. */
  phone?: 'title' | 'side' | 'line' | 'none';
  /** A long name: may take two lines. */
  wrap?: boolean;
  /** Not shown until somebody asks for it. */
  hidden?: boolean;
};

type Layout = { order: string[]; hidden: string[]; widths: Record<string, number> };

/** Which columns a person wants, in which order and how wide; kept per person on this device. */
export function useLayout<Row>(name: string, columns: Column<Row>[]) {
  const { user } = useIdentity();
  const place = `table.${user.id}.${name}`;
  const initial: Layout = {
    order: columns.map((column) => column.key),
    hidden: columns.filter((column) => column.hidden).map((column) => column.key),
    widths: {},
  };
  const [layout, setLayout] = useState(() => readStored<Layout>(place, initial));
  const save = (next: Layout) => {
    writeStored(place, next);
    setLayout(next);
  };
  const known = layout.order.filter((key) => columns.some((column) => column.key === key));
  const order = [...known, ...columns.map((column) => column.key).filter((key) => !known.includes(key))];
  const ordered = order.flatMap((key) => columns.find((column) => column.key === key) ?? []);

  return {
    ordered,
    shown: ordered.filter((column) => !layout.hidden.includes(column.key)),
    isHidden: (key: string) => layout.hidden.includes(key),
    widthOf: (column: Column<Row>) => layout.widths[column.key] ?? column.width,
    toggle: (key: string) => {
      const hidden = layout.hidden.includes(key)
        ? layout.hidden.filter((other) => other !== key)
        : [...layout.hidden, key];
      if (hidden.length < columns.length) save({ ...layout, order, hidden });
    },
    move: (key: string, by: -1 | 1) => {
      const from = order.indexOf(key);
      const to = from + by;
      if (to < 0 || to >= order.length) return;
      const next = [...order];
      next.splice(from, 1);
      next.splice(to, 0, key);
      save({ ...layout, order: next });
    },
    resize: (key: string, width: number) =>
      save({ ...layout, order, widths: { ...layout.widths, [key]: width } }),
    reset: () => save(initial),
  };
}

export type TableLayout<Row> = ReturnType<typeof useLayout<Row>>;
