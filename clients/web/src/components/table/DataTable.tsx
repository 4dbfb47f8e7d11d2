import { ActionIcon } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconFilter } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { ScenePending } from '@/app/SceneStates';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import { Cards } from './Cards';
import { ColumnChoice } from './ColumnChoice';
import { type Column, useLayout } from './columns';
import classes from './DataTable.module.css';
import { Grid } from './Grid';
import type { Rows } from './rows';
import { Sentinel } from './Sentinel';
import { TableExport } from './TableExport';

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
  /** The screen itself offers a fuller file. */
  ownExport?: boolean;
  mark?: (row: Row) => 'soft' | 'bad' | undefined;
};

/** The one table of the program; on a phone each row becomes a card. */
export function DataTable<Row>(props: TableProps<Row>) {
  const t = useT();
  const { list } = props;
  const phone = useMediaQuery('(max-width: 760px)', window.innerWidth <= 760);
  const [folded, setFolded] = useState(true);
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    if (!printing) return;
    window.print();
    setPrinting(false);
  }, [printing]);
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
      <div className={classes.toolbar} data-folded={(phone && folded) || undefined}>
        {props.toolbar}
        {phone && props.toolbar && (
          <ActionIcon
            className={classes.fold}
            variant={folded ? 'default' : 'light'}
            size={42}
            aria-expanded={!folded}
            aria-label={t('table.filter')}
            onClick={() => setFolded(!folded)}
          >
            <IconFilter size={20} />
          </ActionIcon>
        )}
        {!phone && (
          <div className={classes.choice}>
            {rows.length > 0 && !props.ownExport && (
              <TableExport columns={layout.shown} list={list} onPrint={() => setPrinting(true)} />
            )}
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
            whole={printing}
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
