import { ActionIcon, Menu, RingProgress } from '@mantine/core';
import { IconDownload, IconX } from '@tabler/icons-react';
import { type ReactNode, useRef, useState } from 'react';
import { useZone } from '@/app/identity';
import { sayDone, sayProblem } from '@/app/toasts';
import { useT } from '@/i18n';
import { today } from '@/lib/dates';
import { saveFile } from '@/lib/files';
import { columnText } from './cellText';
import type { Column } from './columns';
import type { Rows } from './rows';

/** The list as a file or on paper: all of its rows, also those that have not been scrolled to. */
export function TableExport<Row>(props: {
  columns: Column<Row>[];
  list: Rows<Row>;
  onPrint: (rows: Row[]) => void;
  more?: ReactNode;
}) {
  const t = useT();
  const zone = useZone();
  const [seen, setSeen] = useState<number | null>(null);
  const stop = useRef<AbortController | null>(null);

  const whole = async (then: (rows: Row[]) => void | Promise<void>) => {
    const control = new AbortController();
    stop.current = control;
    setSeen(0);
    try {
      await then((await props.list.everything?.(setSeen, control.signal)) ?? props.list.rows);
    } catch (error) {
      if (!control.signal.aborted) sayProblem(error);
    } finally {
      setSeen(null);
    }
  };
  const save = (kind: 'csv' | 'xlsx') =>
    whole(async (rows) => {
      const title = document.title.replace(' · Düken', '');
      const columns = props.columns.filter((column) => column.header !== '');
      const table = [
        columns.map((column) => column.header),
        ...rows.map((row) => columns.map((column) => columnText(column, row, zone))),
      ];
      const blob =
        kind === 'csv'
          ? (await import('@/lib/csv')).csvOf(table)
          : (await import('@/lib/xlsx')).xlsxOf(title, table);
      saveFile(blob, `${title} ${today(zone)}.${kind}`);
      sayDone(t('table.exported', { count: rows.length }));
    });

  if (seen !== null) {
    return (
      <span role="status" style={{ display: 'inline-flex', alignItems: 'center', gap: 4 }}>
        <RingProgress size={24} thickness={3} sections={[{ value: 30, color: 'duken' }]} aria-hidden />
        <span className="num">{t('table.fetched', { count: seen })}</span>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          aria-label={t('table.stop')}
          onClick={() => stop.current?.abort()}
        >
          <IconX size={18} />
        </ActionIcon>
      </span>
    );
  }
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size={42} aria-label={t('table.export')} title={t('table.export')}>
          <IconDownload size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void save('xlsx')}>Excel (.xlsx)</Menu.Item>
        <Menu.Item onClick={() => void save('csv')}>CSV</Menu.Item>
        <Menu.Item onClick={() => void whole(props.onPrint)}>{t('common.print')}</Menu.Item>
        {props.more}
      </Menu.Dropdown>
    </Menu>
  );
}
