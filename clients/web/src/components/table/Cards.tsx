import type { ReactNode } from 'react';
import type { Column } from './columns';
import type { TableProps } from './DataTable';
import classes from './DataTable.module.css';

/** The same rows on a phone. */
export function Cards<Row>(
  props: TableProps<Row> & { rows: Row[]; columns: Column<Row>[]; more: ReactNode },
) {
  const title = props.columns.find((column) => column.phone === 'title') ?? props.columns[0];
  const side = props.columns.find((column) => column.phone === 'side');
  const lines = props.columns.filter(
    (column) => column !== title && column !== side && column.phone !== 'none' && column.header !== '',
  );
  const totals = props.columns.filter((column) => column.total !== undefined && column.header !== '');
  return (
    <div className={classes.cards}>
      {props.rows.map((row) => {
        const content = (
          <>
            <strong className={classes.cardTitle}>
              <span>{title?.cell(row)}</span>
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
        return props.onOpen ? (
          // biome-ignore lint/a11y/useSemanticElements: a list of names and values may not stand inside a button
          <div
            key={props.rowKey(row)}
            role="button"
            tabIndex={0}
            className={classes.card}
            data-mark={props.mark?.(row)}
            onClick={() => props.onOpen?.(row)}
            onKeyDown={(event) => event.key === 'Enter' && props.onOpen?.(row)}
          >
            {content}
          </div>
        ) : (
          <div key={props.rowKey(row)} className={classes.card} data-mark={props.mark?.(row)}>
            {content}
          </div>
        );
      })}
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
