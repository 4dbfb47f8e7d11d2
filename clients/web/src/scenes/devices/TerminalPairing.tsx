import { Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { deviceKeys, protectTerminal, refreshTerminal, registerTerminal } from '@/api/devices';
import { type Device, PROTECTIONS, type Protection } from '@/api/types';
import { sayDone } from '@/app/toasts';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';

/** Pairing with a Kaspi terminal: asked for here, allowed on the terminal's own screen. */
export function TerminalPairing({ device }: { device: Device }) {
  const t = useT();
  const [name, setName] = useState('Düken');
  const [mode, setMode] = useState<Protection>(device.connection.protection ?? 'https_pinned');
  const stale = [deviceKeys.all];
  const registering = useAction(registerTerminal, { stale });
  const refreshing = useAction(refreshTerminal, { stale, onDone: () => sayDone(t('common.done')) });
  const protecting = useAction(protectTerminal, { stale, onDone: () => sayDone(t('common.saved')) });
  return (
    <Stack>
      <Text>{t('device.pairing_text')}</Text>
      <TextInput
        label={t('device.pairing_name')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {registering.isSuccess && <Text fw={600}>{t('device.pairing_confirm')}</Text>}
      <ProblemNote error={registering.error ?? refreshing.error ?? protecting.error} />
      <Group>
        <Button
          loading={registering.isPending}
          disabled={name.trim() === ''}
          onClick={() => registering.mutate({ id: device.id, till_name: name.trim() })}
        >
          {t('device.pair')}
        </Button>
        <Button variant="default" loading={refreshing.isPending} onClick={() => refreshing.mutate(device.id)}>
          {t('device.refresh_token')}
        </Button>
      </Group>
      <Group align="flex-end">
        <NativeSelect
          size="md"
          label={t('device.protection_label')}
          data={PROTECTIONS.map((value) => ({ value, label: t(`device.protection.${value}`) }))}
          value={mode}
          onChange={(event) => setMode(event.currentTarget.value as Protection)}
        />
        <Button
          variant="default"
          loading={protecting.isPending}
          onClick={() => protecting.mutate({ id: device.id, mode })}
        >
          {t('common.save')}
        </Button>
      </Group>
    </Stack>
  );
}
