import { Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { FoundDevice } from '@/api/types';
import { Card } from '@/components/Page';
import { useT } from '@/i18n';
import { addressOf } from './connection';
import { DEVICE_ICON } from './DeviceCard';
import classes from './Devices.module.css';

/** What the hub and its agents see at this moment and nobody has added yet. */
export function FoundDevices(props: {
  found: FoundDevice[];
  searching: boolean;
  onAddress: (address: string) => void;
  onAdd: (device: FoundDevice) => void;
}) {
  const t = useT();
  const [address, setAddress] = useState('');
  return (
    <Card title={t('device.found')}>
      {props.found.length === 0 && <span className="soft">{t('device.found_none')}</span>}
      {props.found.map((device, index) => {
        const Icon = DEVICE_ICON[device.kind];
        return (
          <div key={index} className={classes.job}>
            <Icon size={24} />
            <span style={{ flex: 1 }}>
              {device.name} <span className="soft">{addressOf(device.connection)}</span>
            </span>
            <Button size="sm" variant="light" onClick={() => props.onAdd(device)}>
              {t('device.add')}
            </Button>
          </div>
        );
      })}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          props.onAddress(address.trim());
        }}
      >
        <Group align="flex-end">
          <TextInput
            label={t('device.find_address')}
            placeholder="192.168.1.50"
            value={address}
            onChange={(event) => setAddress(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={props.searching} disabled={address.trim() === ''}>
            {t('device.find')}
          </Button>
        </Group>
      </form>
    </Card>
  );
}
