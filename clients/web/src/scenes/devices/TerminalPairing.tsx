import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { deviceKeys, refreshTerminal, registerTerminal } from '@/api/devices';
import type { Device } from '@/api/types';
import { sayDone, sayWrong } from '@/app/toasts';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';

/** Pairing with a Kaspi terminal: asked for here, allowed on the terminal's own screen. */
export function TerminalPairing({ device }: { device: Device }) {
  const t = useT();
  const [name, setName] = useState('Düken');
  const stale = [deviceKeys.all];
  const registering = useAction(registerTerminal, { stale });
  const refreshing = useAction(refreshTerminal, {
    stale,
    onDone: (answer) => (answer.ok ? sayDone(answer.detail) : sayWrong(answer.detail)),
  });
  return (
    <Stack>
      <Text>{t('device.pairing_text')}</Text>
      <TextInput
        label={t('device.pairing_name')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {device.registering && <Text fw={600}>{t('device.pairing_confirm')}</Text>}
      <ProblemNote error={registering.error ?? refreshing.error} />
      <Group>
        <Button
          loading={registering.isPending || device.registering}
          disabled={name.trim() === ''}
          onClick={() => registering.mutate({ id: device.id, till_name: name.trim() })}
        >
          {t('device.pair')}
        </Button>
        <Button variant="default" loading={refreshing.isPending} onClick={() => refreshing.mutate(device.id)}>
          {t('device.refresh_token')}
        </Button>
      </Group>
    </Stack>
  );
}
