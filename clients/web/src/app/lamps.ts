import { IconBuilding, IconCreditCard, IconPrinter, IconServer } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import { devicesQuery } from '@/api/devices';
import { hubLink } from '@/api/link';
import { syncQuery } from '@/api/office';
import type { Device, DeviceKind, DeviceState, SyncState } from '@/api/types';
import type { LightColor } from '@/components/Light';
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

export type Lamp = {
  key: string;
  icon: ComponentType<{ size?: number }>;
  color: LightColor;
  label: string;
  detail: string;
  /** Two words for what is wrong. */
  short?: string;
};

/** What of this kind serves the till; on a machine that is no till, the first of the store. */
function deviceFor(devices: Device[], kind: DeviceKind, till: string | undefined): Device | undefined {
  const ofKind = devices.filter((device) => device.kind === kind);
  return till ? ofKind.find((device) => device.till_ids.includes(till)) : ofKind[0];
}

/** The states that everybody who works here should see: the hub, the till's devices, the head office. */
export function useLamps(): Lamp[] {
  const t = useT();
  const may = useMay();
  const { store, till } = useIdentity();
  const isStore = store.role === 'store';
  const link = hubLink.use();
  const live = liveState.use();
  const seesDevices = isStore && (may('devices.view') || may('till.use'));
  useLive(seesDevices ? 'devices' : null);
  const devices = useQuery({ ...devicesQuery, enabled: seesDevices });
  const sync = useQuery({ ...syncQuery, enabled: isStore && may('office.view') });

  const hub: LightColor = !link.up ? 'bad' : live === 'open' ? 'good' : 'warn';
  const hubWords = hub === 'good' ? 'light.hub_good' : hub === 'warn' ? 'light.hub_warn' : 'light.hub_bad';
  const lamps: Lamp[] = [
    {
      key: 'hub',
      icon: IconServer,
      color: hub,
      label: t('light.hub'),
      detail: t(hubWords),
      short: t(hubWords),
    },
  ];
  for (const kind of ['printer', 'terminal'] as const) {
    const device = deviceFor(devices.data ?? [], kind, till?.id);
    if (!device) continue;
    lamps.push({
      key: kind,
      icon: kind === 'printer' ? IconPrinter : IconCreditCard,
      color: DEVICE_COLOR[device.state],
      label: device.name,
      detail: device.state_detail || t(`device.state.${device.state}`),
      short: t(`device.state.${device.state}`).split(':')[0],
    });
  }
  if (sync.data) {
    const { state, lag_entries: count, detail } = sync.data;
    const behind = state === 'enrolled' && count > 0;
    const words = behind ? t('light.office_lag', { count }) : t('light.office_good');
    lamps.push({
      key: 'office',
      icon: IconBuilding,
      color: behind ? 'warn' : SYNC_COLOR[state],
      label: t('light.office'),
      detail: state === 'off' ? t('light.office_off') : (detail ?? words),
    });
  }
  return lamps;
}
