import { Button } from '@mantine/core';
import { IconPlus, IconRefresh } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { deviceKeys, devicesQuery, foundQuery } from '@/api/devices';
import type { FoundDevice } from '@/api/types';
import { useMay } from '@/app/identity';
import { ScenePending } from '@/app/SceneStates';
import { Empty } from '@/components/Empty';
import { Page } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import { useLive } from '@/live/socket';
import { Agents } from './Agents';
import { DeviceCard } from './DeviceCard';
import { DeviceDetail } from './DeviceDetail';
import { DeviceModal } from './DeviceModal';
import classes from './Devices.module.css';
import { FoundDevices } from './FoundDevices';
import { ScannerSheets } from './ScannerSheets';

/** What prints, scans and takes money in this shop, and how it is at this moment. */
export function DevicesScene() {
  const t = useT();
  const may = useMay();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { device: openId } = useSearch({ from: '/framed/devices' });
  const [adding, setAdding] = useState<FoundDevice | 'by_hand' | null>(null);
  useLive('devices');
  const devices = useQuery(devicesQuery);
  const [address, setAddress] = useState('');
  const found = useQuery({ ...foundQuery(address), enabled: may('devices.edit') });
  const open = devices.data?.find((device) => device.id === openId);
  const show = (device?: string) => void navigate({ to: '/devices', search: { device }, replace: true });

  return (
    <Page
      title={t('menu.devices')}
      actions={
        may('devices.edit') && (
          <>
            <Button
              variant="default"
              leftSection={<IconRefresh size={20} />}
              loading={found.isFetching}
              onClick={() => void client.invalidateQueries({ queryKey: deviceKeys.found })}
            >
              {t('device.search_again')}
            </Button>
            <Button leftSection={<IconPlus size={20} />} onClick={() => setAdding('by_hand')}>
              {t('device.add')}
            </Button>
          </>
        )
      }
    >
      <ProblemNote error={devices.error ?? found.error} />
      {devices.isPending && !devices.error && <ScenePending />}
      {devices.data?.length === 0 && <Empty title={t('device.none')} text={t('device.none_text')} />}
      <div className={classes.cards}>
        {devices.data?.map((device) => (
          <DeviceCard key={device.id} device={device} onOpen={() => show(device.id)} />
        ))}
      </div>
      {may('devices.edit') && (
        <FoundDevices
          found={found.data ?? []}
          searching={found.isFetching}
          onAddress={setAddress}
          onAdd={setAdding}
        />
      )}
      {may('devices.edit') && <Agents />}
      {may('devices.edit') && <ScannerSheets />}
      {open && <DeviceDetail device={open} onClose={() => show()} />}
      {adding && (
        <DeviceModal
          device={null}
          found={adding === 'by_hand' ? null : adding}
          onClose={() => setAdding(null)}
        />
      )}
    </Page>
  );
}
