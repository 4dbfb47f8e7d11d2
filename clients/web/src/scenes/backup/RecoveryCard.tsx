import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { fieldProblem } from '@/api/problem';
import { makeSheet, recoveryKeys, recoveryQuery } from '@/api/recovery';
import { useMay } from '@/app/identity';
import { sayDone } from '@/app/toasts';
import { Facts } from '@/components/Facts';
import { Card } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { When } from '@/components/When';
import { useT } from '@/i18n';
import { SheetWords } from '@/scenes/recovery/SheetWords';

/** The sheet that opens the backups: which one it is, and a new one when it is lost or was seen. */
export function RecoveryCard() {
  const t = useT();
  const may = useMay();
  const recovery = useQuery(recoveryQuery);
  const [asking, setAsking] = useState(false);
  const [password, setPassword] = useState('');
  const making = useAction(makeSheet, { stale: [recoveryKeys.all], onDone: () => setPassword('') });
  const close = () => {
    setAsking(false);
    making.reset();
  };
  const sheet = recovery.data?.sheet;
  return (
    <Card title={t('recovery.title')}>
      <ProblemNote error={recovery.error} />
      {recovery.data && !sheet && <Text c="var(--bad)">{t('recovery.none')}</Text>}
      {sheet && (
        <Facts
          rows={[
            [t('recovery.name'), sheet.name],
            [t('recovery.made'), <When key="at" at={sheet.made_at} />],
            Boolean(sheet.made_by_name) && [t('recovery.made_by'), sheet.made_by_name],
          ]}
        />
      )}
      <Text className="soft">{t('recovery.where')}</Text>
      {may('backup.edit') && (
        <Group>
          {recovery.data?.printable && (
            <Button variant="light" component="a" href="/api/recovery/sheet.html" target="_blank">
              {t('recovery.print')}
            </Button>
          )}
          <Button variant="default" onClick={() => setAsking(true)}>
            {t('recovery.make')}
          </Button>
        </Group>
      )}
      <Modal
        opened={asking}
        onClose={close}
        size="lg"
        title={t('recovery.make')}
        // The words are shown once: a slip of the finger must not take them away.
        withCloseButton={!making.data}
        closeOnClickOutside={!making.data}
        closeOnEscape={!making.data}
      >
        {making.data ? (
          <SheetWords
            sheet={making.data}
            onKept={() => {
              close();
              sayDone(t('recovery.kept_done'));
            }}
          />
        ) : (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              making.mutate(password);
            }}
          >
            <Stack>
              <Text>{t('recovery.make_text')}</Text>
              <PasswordInput
                data-autofocus
                label={t('user.password')}
                autoComplete="current-password"
                value={password}
                error={fieldProblem(making.error, 'password')}
                onChange={(event) => setPassword(event.currentTarget.value)}
                required
              />
              <ProblemNote error={making.error} />
              <Button type="submit" loading={making.isPending} disabled={password === ''}>
                {t('recovery.make')}
              </Button>
            </Stack>
          </form>
        )}
      </Modal>
    </Card>
  );
}
