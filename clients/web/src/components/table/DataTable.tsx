import { ActionIcon } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconChecks, IconFilter } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { isDenied } from '@/api/problem';
import { ScenePending } from '@/app/SceneStates';
import { NoRight } from '@/components/NoRight';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import { BulkBar } from './BulkBar';
import { Cards } from './Cards';
import { ColumnChoice } from './ColumnChoice';
import { type Column, useLayout } from './columns';
import classes from './DataTable.module.css';
import { Grid } from './Grid';
import type { Rows } from './rows';
import { Sentinel } from './Sentinel';
import { SortChoice } from './SortChoice';
import { type BulkAction, useSelection } from './selection';
import { sortRows, useSorting } from './sorting';
import { TableExport } from './TableExport';

export type TableProps<Row> = {
  /** Under which name the person's choice of columns is kept. */
  name: string;
  columns: Column<Row>[];
  list: Rows<Row>;
  rowKey: (row: Row) => string;
  onOpen?: (row: Row) => void;
  /** The order when nobody chose one: a column's key, with a minus for downwards. */
  sort?: string;
  toolbar?: ReactNode;
  empty: ReactNode;
  /** A part of another screen: no filter of its own in the address, no height of its own. */
  inside?: boolean;
  /** Whether the person may take this list away as a file. */
  mayExport?: boolean;
  /** Further files that this screen offers, as items of a menu. */
  moreExports?: ReactNode;
  /** What can be done with many rows at once. */
  bulk?: BulkAction<Row>[];
  mark?: (row: Row) => 'soft' | 'bad' | undefined;
};

/** The one table of the program; on a phone each row becomes a card. */
export function DataTable<Row>(props: TableProps<Row>) {
  const t = useT();
  const { list, inside = false } = props;
  const phone = useMediaQuery('(max-width: 760px)', window.innerWidth <= 760);
  const [folded, setFolded] = useState(true);
  const [ticking, setTicking] = useState(false);
  const [printed, setPrinted] = useState<Row[] | null>(null);
  useEffect(() => {
    if (!printed) return;
    window.print();
    setPrinted(null);
  }, [printed]);
  const layout = useLayout(props.name, props.columns, phone);
  const { sorted, sortBy } = useSorting(inside, props.sort);
  const rows = sortRows(printed ?? list.rows, props.columns, sorted);
  const selection = useSelection(rows, props.rowKey);
  const bulk = props.bulk ?? [];
  const more = (
    <Sentinel
      active={Boolean(list.hasNextPage) && !list.isFetchingNextPage}
      onSeen={() => list.fetchNextPage?.()}
    />
  );
  if (isDenied(list.error)) return <NoRight />;
  const choice = (
    <div className={classes.choice}>
      {phone && bulk.length > 0 && (
        <ActionIcon
          variant={ticking ? 'light' : 'default'}
          size={42}
          aria-pressed={ticking}
          aria-label={t('table.choose_several')}
          onClick={() => setTicking(!ticking)}
        >
          <IconChecks size={20} />
        </ActionIcon>
      )}
      {phone && <SortChoice columns={layout.shown} sorted={sorted} onSortBy={sortBy} />}
      {rows.length > 0 && props.mayExport !== false && (
        <TableExport
          columns={layout.shown}
          list={list}
          onPrint={(whole) => setPrinted(whole)}
          more={props.moreExports}
        />
      )}
      <ColumnChoice layout={layout} phone={phone} />
    </div>
  );
  const shared = { ...props, rows, selection, bulk, layout, more };

  return (
    <div
      className={classes.table}
      data-table
      data-inside={inside || undefined}
      data-cards={phone || undefined}
    >
      {(!inside || props.toolbar || rows.length > 10) && (
        <div className={classes.toolbar} data-folded={(phone && folded) || undefined}>
          <div className={classes.filters}>{props.toolbar}</div>
          {phone && (
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
          {choice}
        </div>
      )}
      {selection.chosen.length > 0 && <BulkBar selection={selection} actions={bulk} />}
      <ProblemNote error={list.error} retry={() => void list.refetch()} />
      {list.isPending && !list.error && <ScenePending />}
      {!list.isPending && rows.length === 0 && !list.error && props.empty}
      {rows.length > 0 &&
        (phone ? (
          <Cards {...shared} ticking={ticking} whole={printed !== null} />
        ) : (
          <Grid {...shared} whole={printed !== null} sorted={sorted} onSortBy={sortBy} />
        ))}
      {list.isFetchingNextPage && <span className="soft">{t('common.loading')}</span>}
    </div>
  );
}
