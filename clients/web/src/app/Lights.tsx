import { Popover, Stack, UnstyledButton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconBuilding, IconCreditCard, IconPrinter, IconServer } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import { devicesQuery } from '@/api/devices';
import { hubLink } from '@/api/link';
import { syncQuery } from '@/api/office';
import type { Device, DeviceKind, DeviceState, SyncState } from '@/api/types';
import { Light, type LightColor, Spot } from '@/components/Light';
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
const WORST: LightColor[] = ['bad', 'warn', 'good', 'idle'];

type Lamp = {
  key: string;
  icon: ComponentType<{ size?: number }>;
  color: LightColor;
  label: string;
  detail: string;
};

/** What of this kind serves the till; on a machine that is no till, the first of the store. */
function deviceFor(devices: Device[], kind: DeviceKind, till: string | undefined): Device | undefined {
  const ofKind = devices.filter((device) => device.kind === kind);
  return till ? ofKind.find((device) => device.till_ids.includes(till)) : ofKind[0];
}

function useLamps(): Lamp[] {
  const t = useT();
  const may = useMay();
  const { store, till } = useIdentity();
  const isStore = store.role === 'store';
  const link = hubLink.use();
  const live = liveState.use();
  useLive(isStore ? 'devices' : null);
  const devices = useQuery({ ...devicesQuery, enabled: isStore && may('devices.view') });
  const sync = useQuery({ ...syncQuery, enabled: isStore && may('office.view') });

  const hub: LightColor = !link.up ? 'bad' : live === 'open' ? 'good' : 'warn';
  const hubWords = hub === 'good' ? 'light.hub_good' : hub === 'warn' ? 'light.hub_warn' : 'light.hub_bad';
  const lamps: Lamp[] = [
    { key: 'hub', icon: IconServer, color: hub, label: t('light.hub'), detail: t(hubWords) },
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

/** The small honest lights; on a phone one for all of them, with the words a tap away. */
export function Lights() {
  const t = useT();
  const lamps = useLamps();
  const phone = useMediaQuery('(max-width: 760px)', window.innerWidth <= 760);
  if (!phone) {
    return lamps.map(({ key, icon: Icon, ...lamp }) => (
      <Light key={key} icon={<Icon size={20} />} {...lamp} />
    ));
  }
  const worst = WORST.find((color) => lamps.some((lamp) => lamp.color === color)) ?? 'good';
  return (
    <Popover position="bottom-end" width={280}>
      <Popover.Target>
        <UnstyledButton p={14} aria-label={t('light.all')}>
          <Spot color={worst}>{null}</Spot>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          {lamps.map((lamp) => (
            <Spot key={lamp.key} color={lamp.color}>
              {lamp.label}: {lamp.detail}
            </Spot>
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
