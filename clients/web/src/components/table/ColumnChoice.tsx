import { ActionIcon, Button, Checkbox, Group, Popover, Stack } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconColumns } from '@tabler/icons-react';
import { useT } from '@/i18n';
import type { TableLayout } from './columns';

/** Which columns are shown, and in which order. */
export function ColumnChoice<Row>({ layout }: { layout: TableLayout<Row> }) {
  const t = useT();
  return (
    <Popover position="bottom-end" withinPortal>
      <Popover.Target>
        <ActionIcon variant="default" size={42} aria-label={t('table.columns')}>
          <IconColumns size={20} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap={6}>
          {layout.ordered
            .filter((column) => column.header !== '')
            .map((column) => (
              <Group key={column.key} justify="space-between" wrap="nowrap" gap="lg">
                <Checkbox
                  label={column.header}
                  checked={!layout.isHidden(column.key)}
                  onChange={() => layout.toggle(column.key)}
                />
                <Group gap={2} wrap="nowrap">
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={t('table.earlier', { name: column.header })}
                    onClick={() => layout.move(column.key, -1)}
                  >
                    <IconArrowUp size={16} />
                  </ActionIcon>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={t('table.later', { name: column.header })}
                    onClick={() => layout.move(column.key, 1)}
                  >
                    <IconArrowDown size={16} />
                  </ActionIcon>
                </Group>
              </Group>
            ))}
          <Button variant="subtle" size="sm" onClick={layout.reset}>
            {t('table.reset')}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
