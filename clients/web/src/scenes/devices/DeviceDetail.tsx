import { Button, Drawer, Group, Stack, Tabs } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { archiveDevice, deviceKeys } from '@/api/devices';
import type { Device } from '@/api/types';
import { useMay } from '@/app/identity';
import { DEVICE_COLOR } from '@/app/lamps';
import { AskModal } from '@/components/AskModal';
import { Facts } from '@/components/Facts';
import { Spot } from '@/components/Light';
import { When } from '@/components/When';
import { useT } from '@/i18n';
import { addressOf } from './connection';
import { DeviceJobs, DeviceLog } from './DeviceJobs';
import { DeviceModal } from './DeviceModal';
import { PrinterChart } from './PrinterChart';
import { TerminalPairing } from './TerminalPairing';

/** One device: state, last jobs, log, and what its kind can do besides. */
export function DeviceDetail({ device, onClose }: { device: Device; onClose: () => void }) {
  const t = useT();
  const may = useMay();
  const [editing, setEditing] = useState(false);
  const [removing, setRemoving] = useState(false);
  const archiving = useAction(archiveDevice, { stale: [deviceKeys.all], onDone: onClose });
  return (
    <Drawer opened onClose={onClose} position="right" size="lg" title={device.name}>
      <Stack>
        <Facts
          rows={[
            [
              t('common.state'),
              <Spot key="s" color={DEVICE_COLOR[device.state]}>
                {device.state_detail || t(`device.state.${device.state}`)}
              </Spot>,
            ],
            [t('device.connection'), t(`device.type.${device.connection.type}`)],
            [t('device.address'), addressOf(device.connection)],
            device.profile !== null && [t('device.profile'), device.profile],
            device.last_scan !== null && [t('device.last_scan'), device.last_scan],
            [t('device.seen'), <When key="w" at={device.last_seen_at} />],
          ]}
        />
        {may('devices.edit') && (
          <Group>
            <Button variant="default" onClick={() => setEditing(true)}>
              {t('common.edit')}
            </Button>
            <Button variant="subtle" color="red" onClick={() => setRemoving(true)}>
              {t('device.remove')}
            </Button>
          </Group>
        )}
        <Tabs defaultValue="jobs">
          <Tabs.List>
            <Tabs.Tab value="jobs">{t('device.jobs')}</Tabs.Tab>
            <Tabs.Tab value="log">{t('device.log')}</Tabs.Tab>
            {device.kind === 'printer' && <Tabs.Tab value="chart">{t('device.chart')}</Tabs.Tab>}
            {device.kind === 'terminal' && <Tabs.Tab value="pairing">{t('device.pairing')}</Tabs.Tab>}
          </Tabs.List>
          <Tabs.Panel value="jobs" pt="md">
            <DeviceJobs id={device.id} />
          </Tabs.Panel>
          <Tabs.Panel value="log" pt="md">
            <DeviceLog id={device.id} />
          </Tabs.Panel>
          <Tabs.Panel value="chart" pt="md">
            <PrinterChart key={device.version} device={device} />
          </Tabs.Panel>
          <Tabs.Panel value="pairing" pt="md">
            <TerminalPairing device={device} />
          </Tabs.Panel>
        </Tabs>
      </Stack>
      {editing && <DeviceModal device={device} found={null} onClose={() => setEditing(false)} />}
      <AskModal
        opened={removing}
        onClose={() => setRemoving(false)}
        title={t('device.remove')}
        text={t('device.remove_text', { name: device.name })}
        confirm={t('device.remove')}
        danger
        busy={archiving.isPending}
        error={archiving.error}
        onConfirm={() => archiving.mutate(device.id)}
      />
    </Drawer>
  );
}
