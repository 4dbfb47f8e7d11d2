import { ActionIcon, Loader, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { useZone } from '@/app/identity';
import { sayDone, sayProblem, sayWrong } from '@/app/toasts';
import { useT } from '@/i18n';
import { today } from '@/lib/dates';
import { cellText } from './cellText';
import type { Column } from './columns';
import { ROWS_MAX, type Rows } from './rows';

/** The list as a file or on paper: all of its rows, also those that have not been scrolled to. */
export function TableExport<Row>(props: { columns: Column<Row>[]; list: Rows<Row>; onPrint: () => void }) {
  const t = useT();
  const zone = useZone();
  const [busy, setBusy] = useState(false);

  const whole = async (then: (rows: Row[]) => Promise<void>) => {
    setBusy(true);
    try {
      const rows = (await props.list.everything?.()) ?? props.list.rows;
      await then(rows);
      if (rows.length >= ROWS_MAX) sayWrong(t('table.cut', { count: ROWS_MAX }));
    } catch (error) {
      sayProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const save = (kind: 'csv' | 'xlsx') =>
    whole(async (rows) => {
      const title = document.title.replace(' · Düken', '');
      const columns = props.columns.filter((column) => column.header !== '');
      const table = [
        columns.map((column) => column.header),
        ...rows.map((row) => columns.map((column) => cellText(column.cell(row), zone))),
      ];
      const blob =
        kind === 'csv'
          ? (await import('@/lib/csv')).csvOf(table)
          : (await import('@/lib/xlsx')).xlsxOf(title, table);
      const link = document.createElement('a');
      link.href = URL.createObjectURL(blob);
      link.download = `${title} ${today(zone)}.${kind}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      sayDone(t('table.exported', { count: rows.length }));
    });

  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size={42} aria-label={t('table.export')} title={t('table.export')}>
          {busy ? <Loader size={18} /> : <IconDownload size={20} />}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void save('xlsx')}>Excel (.xlsx)</Menu.Item>
        <Menu.Item onClick={() => void save('csv')}>CSV</Menu.Item>
        <Menu.Item onClick={() => void whole(async () => props.onPrint())}>{t('common.print')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
