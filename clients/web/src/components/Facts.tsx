import type { ReactNode } from 'react';
import classes from './Facts.module.css';

/** Names and values in two columns. */
export function Facts({ rows }: { rows: ([string, ReactNode] | null | false)[] }) {
  return (
    <dl className={classes.facts}>
      {rows.map(
        (row, index) =>
          row && (
            <div key={index}>
              <dt>{row[0]}</dt>
              <dd>{row[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
