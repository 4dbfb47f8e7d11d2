import { Button } from '@mantine/core';
import type { FoundDevice } from '@/api/types';
import { Card } from '@/components/Page';
import { useT } from '@/i18n';
import { DEVICE_ICON } from './DeviceCard';
import classes from './Devices.module.css';

/** What the hub and its agents see at this moment and nobody has added yet. */
export function FoundDevices({
  found,
  onAdd,
}: {
  found: FoundDevice[];
  onAdd: (device: FoundDevice) => void;
}) {
  const t = useT();
  const fresh = found.filter((device) => !device.known);
  return (
    <Card title={t('device.found')}>
      {fresh.length === 0 && <span className="soft">{t('device.found_none')}</span>}
      {fresh.map((device) => {
        const Icon = DEVICE_ICON[device.kind];
        return (
          <div key={`${device.connection.type}-${device.connection.address}`} className={classes.job}>
            <Icon size={24} />
            <span style={{ flex: 1 }}>
              {device.name} <span className="soft">{device.connection.address}</span>
            </span>
            <Button size="sm" variant="light" onClick={() => onAdd(device)}>
              {t('device.add')}
            </Button>
          </div>
        );
      })}
    </Card>
  );
}
