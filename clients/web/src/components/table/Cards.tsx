import { Checkbox, UnstyledButton } from '@mantine/core';
import { type ReactNode, useRef } from 'react';
import { useT } from '@/i18n';
import type { Column, TableLayout } from './columns';
import type { TableProps } from './DataTable';
import classes from './DataTable.module.css';
import type { Selection } from './selection';
import { useWindow } from './useWindow';

/** The height of a card before any has been measured, with the gap below it. */
const CARD_PX = 120;
const VIRTUAL_FROM_ROWS = 60;

type CardsProps<Row> = TableProps<Row> & {
  rows: Row[];
  layout: TableLayout<Row>;
  selection: Selection<Row>;
  ticking: boolean;
  whole: boolean;
  more: ReactNode;
};

/** The same rows on a phone. Of a long list only the cards in sight are drawn. */
export function Cards<Row>(props: CardsProps<Row>) {
  const columns = props.layout.shown;
  const list = useRef<HTMLDivElement>(null);
  const seen = useWindow(list, {
    count: props.rows.length,
    rowPx: CARD_PX,
    whole: props.whole,
    from: VIRTUAL_FROM_ROWS,
  });
  const totals = columns.filter((column) => column.total !== undefined && column.header !== '');
  return (
    <div>
      <div ref={list}>
        <div aria-hidden style={{ height: seen.beforePx }} />
        {props.rows.slice(seen.from, seen.to).map((row, offset) => (
          <div key={props.rowKey(row)} data-index={seen.from + offset} className={classes.slot}>
            <Card {...props} row={row} index={seen.from + offset} columns={columns} />
          </div>
        ))}
        <div aria-hidden style={{ height: seen.afterPx }} />
      </div>
      {totals.length > 0 && (
        <div className={classes.card}>
          <dl>
            {totals.map((column) => (
              <div key={column.key}>
                <dt>{column.header}</dt>
                <dd>{column.total}</dd>
              </div>
            ))}
          </dl>
        </div>
      )}
      {props.more}
    </div>
  );
}

function Card<Row>(props: CardsProps<Row> & { row: Row; index: number; columns: Column<Row>[] }) {
  const t = useT();
  const { row, columns, selection } = props;
  const title = columns.find((column) => column.phone === 'title') ?? columns[0];
  const side = columns.find((column) => column.phone === 'side');
  const lines = columns.filter((column) => column !== title && column !== side && column.header !== '');
  const content = (
    <>
      <strong className={classes.cardTitle}>
        {props.onOpen && !props.ticking ? (
          <UnstyledButton className={classes.cardOpen} onClick={() => props.onOpen?.(row)}>
            {title?.cell(row)}
          </UnstyledButton>
        ) : (
          <span>{title?.cell(row)}</span>
        )}
        {side && <span>{side.cell(row)}</span>}
      </strong>
      <dl>
        {lines.map((column) => (
          <div key={column.key}>
            <dt>{column.header}</dt>
            <dd>{column.cell(row)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
  if (props.ticking) {
    return (
      <div
        className={classes.card}
        data-mark={props.mark?.(row)}
        data-chosen={selection.has(row) || undefined}
      >
        <Checkbox
          size="md"
          mb={6}
          label={t('table.choose_row', { number: props.index + 1 })}
          checked={selection.has(row)}
          onChange={() => selection.toggle(props.index, false)}
        />
        {content}
      </div>
    );
  }
  // The heading is the button, and its reach is the whole card: what else can be pressed stands above it.
  return (
    <div
      className={classes.card}
      data-open={props.onOpen !== undefined || undefined}
      data-mark={props.mark?.(row)}
    >
      {content}
    </div>
  );
}
