import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { Column, TableLayout } from './columns';
import type { TableProps } from './DataTable';
import classes from './DataTable.module.css';

/** The height of a row before any has been measured. */
const ROW_PX = 45;
/** Rows drawn beyond the visible ones on either side. */
const MARGIN_ROWS = 20;
const VIRTUAL_FROM_ROWS = 150;

type GridProps<Row> = TableProps<Row> & {
  rows: Row[];
  layout: TableLayout<Row>;
  /** Draw every row: for paper. */
  whole: boolean;
  sorted: { key: string; down: boolean } | null;
  onSortBy: (column: Column<Row>) => void;
  more: ReactNode;
};

/** The table on a wide screen: sticky head, totals below, arrows and Enter; long lists draw only what is seen. */
export function Grid<Row>(props: GridProps<Row>) {
  const { rows, layout } = props;
  const [view, setView] = useState({ first: 0, count: 60 });
  const body = useRef<HTMLTableSectionElement>(null);
  const [rowPx, setRowPx] = useState(ROW_PX);
  // Names may take two lines: what is not drawn is given the average height of what is.
  useLayoutEffect(() => {
    const drawn = body.current?.querySelectorAll<HTMLElement>('tr[data-index]') ?? [];
    if (drawn.length === 0) return;
    const height = [...drawn].reduce((sum, row) => sum + row.offsetHeight, 0) / drawn.length;
    setRowPx((before) => (Math.abs(height - before) > 4 ? height : before));
  });
  const virtual = rows.length > VIRTUAL_FROM_ROWS && !props.whole;
  const from = virtual ? Math.max(0, view.first - MARGIN_ROWS) : 0;
  const to = virtual ? Math.min(rows.length, view.first + view.count + MARGIN_ROWS) : rows.length;
  const hasTotals = layout.shown.some((column) => column.total !== undefined);

  const onKeyDown = (event: KeyboardEvent<HTMLTableSectionElement>) => {
    const row = (event.target as HTMLElement).closest('tr');
    if (!row || event.target !== row) return;
    const index = Number(row.dataset.index);
    const focus = (next: number) =>
      row.parentElement?.querySelector<HTMLElement>(`tr[data-index="${next}"]`)?.focus();
    if (event.key === 'ArrowDown') focus(index + 1);
    else if (event.key === 'ArrowUp') focus(index - 1);
    else if (event.key === 'Enter') {
      const item = rows[index];
      if (item !== undefined) props.onOpen?.(item);
    } else return;
    event.preventDefault();
  };

  return (
    <div
      className={classes.scroll}
      onScroll={(event) => {
        if (!virtual) return;
        const { scrollTop, clientHeight } = event.currentTarget;
        const first = Math.floor(scrollTop / rowPx / 10) * 10;
        const count = Math.ceil(clientHeight / rowPx) + 10;
        if (first !== view.first || count !== view.count) setView({ first, count });
      }}
    >
      <table className={classes.grid}>
        <thead>
          <tr>
            {layout.shown.map((column) => (
              <Head key={column.key} {...props} column={column} />
            ))}
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={onKeyDown}>
          {from > 0 && <Gap height={from * rowPx} columns={layout.shown.length} />}
          {rows.slice(from, to).map((row, offset) => (
            <tr
              key={props.rowKey(row)}
              data-index={from + offset}
              data-open={props.onOpen ? true : undefined}
              data-mark={props.mark?.(row)}
              tabIndex={props.onOpen ? 0 : undefined}
              onClick={() => props.onOpen?.(row)}
            >
              {layout.shown.map((column) => (
                <td key={column.key} data-align={column.align} data-wrap={column.wrap || undefined}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
          {to < rows.length && <Gap height={(rows.length - to) * rowPx} columns={layout.shown.length} />}
        </tbody>
        {hasTotals && (
          <tfoot>
            <tr>
              {layout.shown.map((column) => (
                <td key={column.key} data-align={column.align}>
                  {column.total}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
      {props.more}
    </div>
  );
}

function Gap({ height, columns }: { height: number; columns: number }) {
  return (
    <tr aria-hidden style={{ height }}>
      <td colSpan={columns} />
    </tr>
  );
}

function Head<Row>({ column, layout, sorted, onSortBy }: GridProps<Row> & { column: Column<Row> }) {
  const active = sorted && (sorted.key === column.key || sorted.key === column.sort) ? sorted : null;
  const sortable = Boolean(column.sort || column.value);
  const startResize = (event: PointerEvent<HTMLSpanElement>) => {
    const head = event.currentTarget.closest('th');
    if (!head) return;
    event.preventDefault();
    const start = { x: event.clientX, width: head.offsetWidth };
    const onMove = (moved: globalThis.PointerEvent) =>
      layout.resize(column.key, Math.max(60, start.width + moved.clientX - start.x));
    window.addEventListener('pointermove', onMove);
    window.addEventListener('pointerup', () => window.removeEventListener('pointermove', onMove), {
      once: true,
    });
  };
  return (
    <th
      data-align={column.align}
      style={{ width: layout.widthOf(column), minWidth: layout.widthOf(column) }}
      aria-sort={active ? (active.down ? 'descending' : 'ascending') : undefined}
    >
      {sortable ? (
        <button type="button" onClick={() => onSortBy(column)}>
          {column.header}
          {active && (active.down ? <IconChevronDown size={16} /> : <IconChevronUp size={16} />)}
        </button>
      ) : (
        column.header
      )}
      <span className={classes.edge} aria-hidden onPointerDown={startResize} />
    </th>
  );
}
