import { ActionIcon, Button, Checkbox, Group, Popover, Stack } from '@mantine/core';
import {
  IconArrowBarToLeft,
  IconArrowBarToRight,
  IconArrowDown,
  IconArrowUp,
  IconColumns,
} from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';
import { useT } from '@/i18n';
import type { TableLayout } from './columns';

/** Which columns are shown, in which order and how wide: all of it with keys and fingers too. */
export function ColumnChoice<Row>({ layout, phone }: { layout: TableLayout<Row>; phone: boolean }) {
  const t = useT();
  const id = useId();
  const step = (key: string, by: -1 | 1) => {
    const table = document.getElementById(id)?.closest('[data-table]');
    const head = table?.querySelector<HTMLElement>(`th[data-column="${CSS.escape(key)}"]`);
    layout.step(key, by, head?.offsetWidth ?? 120);
  };
  const tool = (label: string, icon: ReactNode, run: () => void) => (
    <ActionIcon variant="subtle" color="gray" size={30} aria-label={label} title={label} onClick={run}>
      {icon}
    </ActionIcon>
  );
  return (
    <Popover position="bottom-end" withinPortal trapFocus>
      <Popover.Target>
        <ActionIcon id={id} variant="default" size={42} aria-label={t('table.columns')}>
          <IconColumns size={20} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown style={{ maxHeight: '70dvh', overflowY: 'auto' }}>
        <Stack gap={4}>
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
                  {!phone && !layout.isHidden(column.key) && (
                    <>
                      {tool(
                        t('table.narrower', { name: column.header }),
                        <IconArrowBarToLeft size={16} />,
                        () => step(column.key, -1),
                      )}
                      {tool(
                        t('table.wider', { name: column.header }),
                        <IconArrowBarToRight size={16} />,
                        () => step(column.key, 1),
                      )}
                    </>
                  )}
                  {tool(t('table.earlier', { name: column.header }), <IconArrowUp size={16} />, () =>
                    layout.move(column.key, -1),
                  )}
                  {tool(t('table.later', { name: column.header }), <IconArrowDown size={16} />, () =>
                    layout.move(column.key, 1),
                  )}
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
