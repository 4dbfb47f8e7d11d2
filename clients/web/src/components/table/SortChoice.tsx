import { ActionIcon, Menu } from '@mantine/core';
import { IconArrowsSort, IconSortAscending, IconSortDescending } from '@tabler/icons-react';
import { useT } from '@/i18n';
import type { Column } from './columns';
import { isSortable, type Sorted } from './sorting';

/** The order of cards, which have no heads to press. */
export function SortChoice<Row>(props: {
  columns: Column<Row>[];
  sorted: Sorted | null;
  onSortBy: (key: string) => void;
}) {
  const t = useT();
  const columns = props.columns.filter((column) => isSortable(column) && column.header !== '');
  if (columns.length === 0) return null;
  const Arrow = props.sorted?.down ? IconSortDescending : IconSortAscending;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size={42} aria-label={t('table.sort')} title={t('table.sort')}>
          <IconArrowsSort size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {columns.map((column) => (
          <Menu.Item
            key={column.key}
            rightSection={props.sorted?.key === column.key ? <Arrow size={18} /> : undefined}
            onClick={() => props.onSortBy(column.key)}
          >
            {column.header}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
