import { useMediaQuery } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { ScenePending } from '@/app/SceneStates';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import { Cards } from './Cards';
import { ColumnChoice } from './ColumnChoice';
import { type Column, useLayout } from './columns';
import classes from './DataTable.module.css';
import { Grid } from './Grid';
import { Sentinel } from './Sentinel';

/** What a list of the hub, or one that is here in whole, has to offer to a table. */
export type Rows<Row> = {
  rows: Row[];
  isPending: boolean;
  error: unknown;
  refetch: () => unknown;
  hasNextPage?: boolean;
  isFetchingNextPage?: boolean;
  fetchNextPage?: () => unknown;
};

export type TableProps<Row> = {
  /** Under which name the person's choice of columns is kept. */
  name: string;
  columns: Column<Row>[];
  list: Rows<Row>;
  rowKey: (row: Row) => string;
  onOpen?: (row: Row) => void;
  sort?: string;
  onSort?: (sort: string) => void;
  toolbar?: ReactNode;
  empty: ReactNode;
  mark?: (row: Row) => 'soft' | 'bad' | undefined;
};

/** The one table of the program; on a phone each row becomes a card. */
export function DataTable<Row>(props: TableProps<Row>) {
  const t = useT();
  const { list } = props;
  const phone = useMediaQuery('(max-width: 760px)', window.innerWidth <= 760);
  const layout = useLayout(props.name, props.columns);
  const [local, setLocal] = useState<{ key: string; down: boolean } | null>(null);
  const by = props.columns.find((column) => column.key === local?.key)?.value;
  const rows =
    by && local
      ? [...list.rows].sort((a, b) => {
          const [left, right] = [by(a), by(b)];
          const order =
            typeof left === 'number' && typeof right === 'number'
              ? left - right
              : String(left).localeCompare(String(right), ['kk', 'ru', 'en'], { numeric: true });
          return local.down ? -order : order;
        })
      : list.rows;
  const sortBy = (column: Column<Row>) => {
    if (column.sort) props.onSort?.(column.sort);
    else if (column.value) setLocal({ key: column.key, down: local?.key === column.key && !local.down });
  };
  const more = (
    <Sentinel
      active={Boolean(list.hasNextPage) && !list.isFetchingNextPage}
      onSeen={() => list.fetchNextPage?.()}
    />
  );

  return (
    <div className={classes.table}>
      <div className={classes.toolbar}>
        {props.toolbar}
        {!phone && (
          <div className={classes.choice}>
            <ColumnChoice layout={layout} />
          </div>
        )}
      </div>
      <ProblemNote error={list.error} retry={() => void list.refetch()} />
      {list.isPending && !list.error && <ScenePending />}
      {!list.isPending && rows.length === 0 && !list.error && props.empty}
      {rows.length > 0 &&
        (phone ? (
          <Cards {...props} rows={rows} columns={layout.ordered} more={more} />
        ) : (
          <Grid
            {...props}
            rows={rows}
            layout={layout}
            sorted={local ? { ...local } : props.sort ? { key: props.sort, down: false } : null}
            onSortBy={sortBy}
            more={more}
          />
        ))}
      {list.isFetchingNextPage && <span className="soft">{t('common.loading')}</span>}
    </div>
  );
}
