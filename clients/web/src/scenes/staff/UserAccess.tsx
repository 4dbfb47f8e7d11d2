import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { setActive, setPassword, setPin, staffKeys } from '@/api/staff';
import type { User } from '@/api/types';
import { useIdentity } from '@/app/identity';
import { sayDone } from '@/app/toasts';
import { AskModal } from '@/components/AskModal';
import { Card } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';

/** New password, new PIN, and the end of a person's access. A leaver is disabled, never deleted. */
export function UserAccess({ user }: { user: User }) {
  const t = useT();
  const me = useIdentity().user.id;
  const [password, writePassword] = useState('');
  const [pin, writePin] = useState('');
  const [asking, setAsking] = useState(false);
  const stale = [staffKeys.all];
  const done = () => {
    sayDone(t('common.saved'));
    writePassword('');
    writePin('');
    setAsking(false);
  };
  const passwords = useAction(setPassword, { stale, onDone: done });
  const pins = useAction(setPin, { stale, onDone: done });
  const activity = useAction(setActive, { stale, onDone: done });
  return (
    <Card title={t('user.access')}>
      <Stack>
        <Group align="flex-end">
          <PasswordInput
            style={{ flex: 1 }}
            label={t('user.new_password')}
            autoComplete="new-password"
            value={password}
            onChange={(event) => writePassword(event.currentTarget.value)}
          />
          <Button
            variant="default"
            disabled={password === ''}
            loading={passwords.isPending}
            onClick={() => passwords.mutate({ id: user.id, password })}
          >
            {t('user.set')}
          </Button>
        </Group>
        <Group align="flex-end">
          <PasswordInput
            style={{ flex: 1 }}
            label={t('user.new_pin')}
            inputMode="numeric"
            autoComplete="off"
            maxLength={6}
            value={pin}
            onChange={(event) => writePin(event.currentTarget.value.replace(/\D/g, ''))}
          />
          <Button
            variant="default"
            disabled={pin.length < 4}
            loading={pins.isPending}
            onClick={() => pins.mutate({ id: user.id, pin })}
          >
            {t('user.set')}
          </Button>
        </Group>
        <ProblemNote error={passwords.error ?? pins.error} />
        {user.id === me ? (
          <Text className="soft">{t('user.not_self')}</Text>
        ) : (
          <Group>
            <Button
              variant="light"
              color={user.active ? 'red' : undefined}
              loading={activity.isPending}
              onClick={() => (user.active ? setAsking(true) : activity.mutate({ id: user.id, active: true }))}
            >
              {t(user.active ? 'user.disable' : 'user.enable')}
            </Button>
          </Group>
        )}
      </Stack>
      <AskModal
        opened={asking}
        onClose={() => setAsking(false)}
        title={t('user.disable')}
        text={t('user.disable_text', { name: user.name })}
        confirm={t('user.disable')}
        danger
        busy={activity.isPending}
        error={activity.error}
        onConfirm={() => activity.mutate({ id: user.id, active: false })}
      />
    </Card>
  );
}
