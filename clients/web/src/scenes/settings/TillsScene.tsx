import { Button, Checkbox } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { devicesQuery } from '@/api/devices';
import { chooseTill, sessionKeys } from '@/api/session';
import { tillsQuery } from '@/api/settings';
import { tillKeys } from '@/api/till';
import type { Till } from '@/api/types';
import { useIdentity, useMay } from '@/app/identity';
import { sayProblem } from '@/app/toasts';
import { Empty } from '@/components/Empty';
import { Page } from '@/components/Page';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/DataTable';
import { wholeRows } from '@/components/table/rows';
import { useT } from '@/i18n';
import { TillModal } from './TillModal';

export function TillsScene() {
  const t = useT();
  const may = useMay();
  const client = useQueryClient();
  const here = useIdentity().till?.id;
  const tills = useQuery(tillsQuery);
  const devices = useQuery({ ...devicesQuery, enabled: may('devices.view') });
  const [edited, setEdited] = useState<Till | 'new' | null>(null);
  const navigate = useNavigate();
  const filter = useSearch({ from: '/framed/tills' });
  const choosing = useAction(chooseTill, {
    stale: [tillKeys.all],
    onDone: (session) => client.setQueryData(sessionKeys.session, session),
  });
  const deviceName = (id: string | null) => devices.data?.find((device) => device.id === id)?.name ?? '—';
  const all = wholeRows(tills);
  const columns: Column<Till>[] = [
    {
      key: 'name',
      header: t('till_card.name'),
      cell: (row) => row.name,
      value: (row) => row.name,
      phone: 'title',
    },
    { key: 'number', header: '№', align: 'right', cell: (row) => row.number, value: (row) => row.number },
    { key: 'printer', header: t('device.kind.printer'), cell: (row) => deviceName(row.printer_id) },
    { key: 'terminal', header: t('device.kind.terminal'), cell: (row) => deviceName(row.terminal_id) },
    { key: 'scanner', header: t('device.kind.scanner'), cell: (row) => deviceName(row.scanner_id) },
    {
      key: 'drawer',
      header: t('device.kind.drawer'),
      cell: (row) => t(row.drawer ? 'common.yes' : 'common.no'),
    },
    {
      key: 'here',
      header: t('till_card.this_device'),
      cell: (row) =>
        row.id === here ? (
          <strong>{t('till_card.is_here')}</strong>
        ) : (
          <Button
            size="xs"
            variant="default"
            onClick={(event) => {
              event.stopPropagation();
              choosing.mutate(row.id, { onError: sayProblem });
            }}
          >
            {t('till_card.work_here')}
          </Button>
        ),
    },
  ];
  return (
    <Page
      title={t('menu.tills')}
      actions={
        may('settings.edit') && (
          <Button leftSection={<IconPlus size={20} />} onClick={() => setEdited('new')}>
            {t('till_card.new')}
          </Button>
        )
      }
    >
      <DataTable
        name="tills"
        columns={columns}
        list={{ ...all, rows: all.rows.filter((till) => filter.archived || !till.archived) }}
        rowKey={(row) => row.id}
        mark={(row) => (row.archived ? 'soft' : undefined)}
        onOpen={may('settings.edit') ? setEdited : undefined}
        toolbar={
          <Checkbox
            label={t('table.archived')}
            checked={filter.archived ?? false}
            onChange={(event) =>
              void navigate({
                to: '/tills',
                search: { ...filter, archived: event.currentTarget.checked || undefined },
                replace: true,
              })
            }
          />
        }
        empty={<Empty title={t('till_card.none')} text={t('till_card.none_text')} />}
      />
      {edited && (
        <TillModal
          till={edited === 'new' ? null : edited}
          devices={devices.data ?? []}
          onClose={() => setEdited(null)}
        />
      )}
    </Page>
  );
}
