import { IconBuilding, IconCreditCard, IconPrinter, IconServer } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { devicesQuery } from '@/api/devices';
import { hubLink } from '@/api/link';
import { syncQuery } from '@/api/office';
import type { Device, DeviceKind, DeviceState, SyncState } from '@/api/types';
import { Light, type LightColor } from '@/components/Light';
import { useT } from '@/i18n';
import { liveState, useLive } from '@/live/socket';
import { useIdentity, useMay } from './identity';

export const DEVICE_COLOR: Record<DeviceState, LightColor> = {
  ready: 'good',
  busy: 'good',
  offline: 'bad',
  paper_out: 'bad',
  cover_open: 'bad',
  unknown: 'warn',
  attention: 'warn',
};
const SYNC_COLOR: Record<SyncState['state'], LightColor> = { off: 'idle', enrolled: 'good', error: 'bad' };

/** The devices that this till uses; on a machine that is no till, those of the store. */
function useDevice(kind: DeviceKind): Device | undefined {
  const till = useIdentity().till?.id;
  const { data = [] } = useQuery(devicesQuery);
  const ofKind = data.filter((device) => device.kind === kind);
  return ofKind.find((device) => till && device.till_ids.includes(till)) ?? (till ? undefined : ofKind[0]);
}

function DeviceLight({ kind }: { kind: 'printer' | 'terminal' }) {
  const t = useT();
  const device = useDevice(kind);
  const Icon = kind === 'printer' ? IconPrinter : IconCreditCard;
  if (!device) return null;
  return (
    <Light
      icon={<Icon size={20} />}
      color={DEVICE_COLOR[device.state]}
      label={device.name}
      detail={device.state_detail || t(`device.state.${device.state}`)}
    />
  );
}

export function Lights() {
  const t = useT();
  const may = useMay();
  const link = hubLink.use();
  const live = liveState.use();
  const store = useIdentity().store.role === 'store';
  useLive(store ? 'devices' : null);
  const hub: LightColor = !link.up ? 'bad' : live === 'open' ? 'good' : 'warn';
  return (
    <>
      <Light
        icon={<IconServer size={20} />}
        color={hub}
        label={t('light.hub')}
        detail={t(hub === 'good' ? 'light.hub_good' : hub === 'warn' ? 'light.hub_warn' : 'light.hub_bad')}
      />
      {store && may('devices.view') && <DeviceLight kind="printer" />}
      {store && may('devices.view') && <DeviceLight kind="terminal" />}
      {store && may('office.view') && <OfficeLight />}
    </>
  );
}

function OfficeLight() {
  const t = useT();
  const { data } = useQuery(syncQuery);
  if (!data) return null;
  const behind = data.state === 'enrolled' && data.lag_entries > 0;
  const detail =
    data.state === 'off'
      ? t('light.office_off')
      : (data.detail ??
        (behind ? t('light.office_lag', { count: data.lag_entries }) : t('light.office_good')));
  return (
    <Light
      icon={<IconBuilding size={20} />}
      color={behind ? 'warn' : SYNC_COLOR[data.state]}
      label={t('light.office')}
      detail={detail}
    />
  );
}
