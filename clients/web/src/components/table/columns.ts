import type { ReactNode } from 'react';
import { usePreference } from '@/app/preferences';

export type Column<Row> = {
  key: string;
  header: string;
  cell: (row: Row) => ReactNode;
  align?: 'right';
  /** The hub sorts the list by this column, in both directions. */
  sort?: boolean;
  /** What to compare, for lists that are here in whole. */
  value?: (row: Row) => string | number;
  /** What stands in a file, where the cell draws more than words, a sum, a quantity or a moment. */
  text?: (row: Row) => string | number;
  width?: number;
  total?: ReactNode;
  /** On a phone: the card's heading, what stands beside it, a line of the card, or nothing until it is asked for. */
  phone?: 'title' | 'side' | 'line' | 'none';
  /** A long name: may take two lines. */
  wrap?: boolean;
  /** Not shown until somebody asks for it. */
  hidden?: boolean;
};

type Layout = { order: string[]; hidden: string[]; widths: Record<string, number> };

export const WIDTH_PX_MIN = 60;
const WIDTH_PX_STEP = 24;

/** Which columns a person wants, in which order and how wide; of cards on a phone apart from tables. */
export function useLayout<Row>(name: string, columns: Column<Row>[], phone: boolean) {
  const away = (column: Column<Row>) => column.hidden || (phone && column.phone === 'none');
  const initial: Layout = {
    order: columns.map((column) => column.key),
    hidden: columns.filter(away).map((column) => column.key),
    widths: {},
  };
  const [layout, save] = usePreference<Layout>(`table.${name}${phone ? '.phone' : ''}`, initial);
  const known = layout.order.filter((key) => columns.some((column) => column.key === key));
  const order = [...known, ...columns.map((column) => column.key).filter((key) => !known.includes(key))];
  const ordered = order.flatMap((key) => columns.find((column) => column.key === key) ?? []);
  // A column that came with a newer program stands as the program wants it.
  const isHidden = (key: string) =>
    layout.order.includes(key) ? layout.hidden.includes(key) : initial.hidden.includes(key);
  const resize = (key: string, width: number) =>
    save({
      ...layout,
      order,
      widths: { ...layout.widths, [key]: Math.max(WIDTH_PX_MIN, Math.round(width)) },
    });

  return {
    ordered,
    shown: ordered.filter((column) => !isHidden(column.key)),
    isHidden,
    widthOf: (column: Column<Row>) => layout.widths[column.key] ?? column.width,
    toggle: (key: string) => {
      const hidden = order.filter((other) => (other === key ? !isHidden(other) : isHidden(other)));
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
    resize,
    /** Wider or narrower by a step, from what it measures now. */
    step: (key: string, by: -1 | 1, measured: number) =>
      resize(key, (layout.widths[key] ?? measured) + by * WIDTH_PX_STEP),
    reset: () => save(null),
  };
}

export type TableLayout<Row> = ReturnType<typeof useLayout<Row>>;
