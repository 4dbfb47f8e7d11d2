import { Button, Group, Modal, PasswordInput, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { makeSheet, recoveryKeys, recoveryQuery } from '@/api/recovery';
import type { RecoverySheet } from '@/api/types';
import { useMay } from '@/app/identity';
import { sayDone } from '@/app/toasts';
import { Facts } from '@/components/Facts';
import { Form } from '@/components/form/Form';
import { useForm } from '@/components/form/useForm';
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
  const [made, setMade] = useState<RecoverySheet | null>(null);
  const close = () => {
    setAsking(false);
    setMade(null);
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
        withCloseButton={!made}
        closeOnClickOutside={!made}
        closeOnEscape={!made}
      >
        {made ? (
          <SheetWords
            sheet={made}
            onKept={() => {
              close();
              sayDone(t('recovery.kept_done'));
            }}
          />
        ) : (
          <AskPassword onMade={setMade} />
        )}
      </Modal>
    </Card>
  );
}

/** A new sheet shuts the old one out: whoever makes it says once more who he is. */
function AskPassword({ onMade }: { onMade: (sheet: RecoverySheet) => void }) {
  const t = useT();
  const form = useForm({
    place: 'recovery',
    initial: { password: '' },
    secret: ['password'],
    check: ({ password }) => ({ password: password === '' ? t('form.needed') : undefined }),
    read: ({ password }) => password,
    save: makeSheet,
    stale: [recoveryKeys.all],
    onDone: onMade,
  });
  return (
    <Form form={form} submit={t('recovery.make')} isNew>
      <Text>{t('recovery.make_text')}</Text>
      <PasswordInput
        data-autofocus
        label={t('user.password')}
        autoComplete="current-password"
        {...form.text('password')}
        required
      />
    </Form>
  );
}
