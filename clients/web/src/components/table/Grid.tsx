import { Checkbox } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useT } from '@/i18n';
import type { Column, TableLayout } from './columns';
import type { TableProps } from './DataTable';
import classes from './DataTable.module.css';
import { startResize } from './resize';
import type { Selection } from './selection';
import { isSortable, type Sorted } from './sorting';
import { useWindow } from './useWindow';

/** The height of a row before any has been measured. */
const ROW_PX = 45;
const VIRTUAL_FROM_ROWS = 150;

type GridProps<Row> = TableProps<Row> & {
  rows: Row[];
  layout: TableLayout<Row>;
  selection: Selection<Row>;
  /** Draw every row: for paper. */
  whole: boolean;
  sorted: Sorted | null;
  onSortBy: (key: string) => void;
  more: ReactNode;
};

/** The table on a wide screen: sticky head, totals below, arrows and Enter; long lists draw only what is seen. */
export function Grid<Row>(props: GridProps<Row>) {
  const t = useT();
  const { rows, layout, selection } = props;
  const ticks = (props.bulk ?? []).length > 0;
  const body = useRef<HTMLTableSectionElement>(null);
  const seen = useWindow(body, {
    count: rows.length,
    rowPx: ROW_PX,
    whole: props.whole,
    from: VIRTUAL_FROM_ROWS,
  });
  const { inSight } = props.list;
  useEffect(() => inSight?.({ from: seen.from, to: seen.to }), [inSight, seen.from, seen.to]);
  // One stop of the Tab key for all rows: the arrows go on from there.
  const [at, setAt] = useState(0);
  const wanted = useRef<number | null>(null);
  const stop = at >= seen.from && at < seen.to ? at : seen.from;
  const rowAt = (index: number) => body.current?.querySelector<HTMLElement>(`tr[data-index="${index}"]`);
  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const row = rowAt(wanted.current);
    if (!row) return;
    wanted.current = null;
    row.focus();
  });

  const go = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setAt(next);
    const row = rowAt(next);
    if (row) return row.focus();
    wanted.current = next;
    body.current?.closest(`.${classes.scroll}`)?.scrollTo({ top: next * seen.rowPx });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTableSectionElement>) => {
    const row = (event.target as HTMLElement).closest('tr');
    if (!row || event.target !== row || event.ctrlKey || event.altKey || event.metaKey) return;
    const index = Number(row.dataset.index);
    const page = Math.max(
      1,
      Math.floor((body.current?.parentElement?.parentElement?.clientHeight ?? 0) / seen.rowPx) - 2,
    );
    const item = rows[index];
    if (event.key === 'ArrowDown') go(index + 1);
    else if (event.key === 'ArrowUp') go(index - 1);
    else if (event.key === 'PageDown') go(index + page);
    else if (event.key === 'PageUp') go(index - page);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(rows.length - 1);
    else if (event.key === ' ' && ticks) selection.toggle(index, event.shiftKey);
    else if (event.key === 'Enter' && item !== undefined) props.onOpen?.(item);
    else return;
    event.preventDefault();
  };
  const columns = layout.shown.length + (ticks ? 1 : 0);
  const hasTotals = layout.shown.some((column) => column.total !== undefined);

  // Rows that open nothing take no focus: then their box does, so that it scrolls by keys.
  return (
    <div className={classes.scroll} tabIndex={props.onOpen || ticks ? undefined : 0}>
      <table className={classes.grid}>
        <thead>
          <tr>
            {ticks && (
              <th className={classes.tick}>
                <Checkbox
                  aria-label={t('table.choose_all')}
                  checked={selection.all}
                  indeterminate={selection.chosen.length > 0 && !selection.all}
                  onChange={selection.toggleAll}
                />
              </th>
            )}
            {layout.shown.map((column) => (
              <Head key={column.key} {...props} column={column} />
            ))}
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={onKeyDown}>
          {seen.beforePx > 0 && <Gap height={seen.beforePx} columns={columns} />}
          {rows.slice(seen.from, seen.to).map((row, offset) => {
            const index = seen.from + offset;
            return (
              <tr
                key={props.rowKey(row)}
                data-index={index}
                data-open={props.onOpen ? true : undefined}
                data-mark={props.mark?.(row)}
                data-chosen={selection.has(row) || undefined}
                tabIndex={props.onOpen || ticks ? (index === stop ? 0 : -1) : undefined}
                onFocus={() => setAt(index)}
                onClick={() => props.onOpen?.(row)}
              >
                {ticks && (
                  // biome-ignore lint/a11y/useKeyWithClickEvents: the box inside has the keys, the cell only catches a near miss
                  <td
                    className={classes.tick}
                    onClick={(event) => {
                      event.stopPropagation();
                      if (event.target === event.currentTarget) selection.toggle(index, event.shiftKey);
                    }}
                  >
                    <Checkbox
                      tabIndex={-1}
                      aria-label={t('table.choose_row', { number: index + 1 })}
                      checked={selection.has(row)}
                      onChange={(event) =>
                        selection.toggle(index, (event.nativeEvent as unknown as MouseEvent).shiftKey)
                      }
                    />
                  </td>
                )}
                {layout.shown.map((column) => (
                  <td key={column.key} data-align={column.align} data-wrap={column.wrap || undefined}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
          {seen.afterPx > 0 && <Gap height={seen.afterPx} columns={columns} />}
        </tbody>
        {hasTotals && (
          <tfoot>
            <tr>
              {ticks && <td className={classes.tick} />}
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
  const active = sorted?.key === column.key && isSortable(column) ? sorted : null;
  return (
    <th
      data-align={column.align}
      data-column={column.key}
      style={{ width: layout.widthOf(column), minWidth: layout.widthOf(column) }}
      aria-sort={active ? (active.down ? 'descending' : 'ascending') : undefined}
    >
      {isSortable(column) ? (
        <button type="button" onClick={() => onSortBy(column.key)}>
          {column.header}
          {active && (active.down ? <IconChevronDown size={16} /> : <IconChevronUp size={16} />)}
        </button>
      ) : (
        column.header
      )}
      <span
        className={classes.edge}
        aria-hidden
        onPointerDown={(event) => startResize(event, (width) => layout.resize(column.key, width))}
      />
    </th>
  );
}
