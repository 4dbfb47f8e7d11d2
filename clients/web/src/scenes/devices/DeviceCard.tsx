import { Button } from '@mantine/core';
import { IconBarcode, IconBox, IconCreditCard, IconPrinter } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { useAction } from '@/api/action';
import { deviceKeys, testDevice } from '@/api/devices';
import type { Device, DeviceKind } from '@/api/types';
import { useMay } from '@/app/identity';
import { DEVICE_COLOR } from '@/app/lamps';
import { sayDone, sayProblem, sayWrong } from '@/app/toasts';
import { Spot } from '@/components/Light';
import { useT } from '@/i18n';
import { addressOf } from './connection';
import classes from './Devices.module.css';

export const DEVICE_ICON: Record<DeviceKind, ComponentType<{ size?: number }>> = {
  printer: IconPrinter,
  terminal: IconCreditCard,
  scanner: IconBarcode,
  drawer: IconBox,
};

export function DeviceCard({ device, onOpen }: { device: Device; onOpen: () => void }) {
  const t = useT();
  const may = useMay();
  const Icon = DEVICE_ICON[device.kind];
  const testing = useAction(testDevice, {
    stale: [deviceKeys.all],
    onDone: (answer) => (answer.ok === false ? sayWrong(answer.detail) : sayDone(answer.detail)),
  });
  return (
    <article className={classes.card}>
      <header>
        <Icon size={28} />
        <div>
          <strong>{device.name}</strong>
          <span className="soft">{t(`device.kind.${device.kind}`)}</span>
          <span className={classes.address} title={addressOf(device.connection)}>
            {addressOf(device.connection)}
          </span>
        </div>
      </header>
      <Spot color={DEVICE_COLOR[device.state]}>
        {device.state_detail || t(`device.state.${device.state}`)}
      </Spot>
      {device.queue > 0 && <span>{t('device.queue', { count: device.queue })}</span>}
      <div className={classes.actions}>
        {may('devices.edit') && (
          <Button
            variant="default"
            size="sm"
            loading={testing.isPending}
            onClick={() => testing.mutate(device.id, { onError: sayProblem })}
          >
            {t('device.test')}
          </Button>
        )}
        <Button variant="light" size="sm" onClick={onOpen}>
          {t('device.more')}
        </Button>
      </div>
    </article>
  );
}
