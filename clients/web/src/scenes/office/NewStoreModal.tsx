import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { makeEnrolCode } from '@/api/office';
import { ProblemNote } from '@/components/ProblemNote';
import { When } from '@/components/When';
import { useT } from '@/i18n';
import classes from './Office.module.css';

/** A one-time code with which a new store's hub joins. */
export function NewStoreModal({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [name, setName] = useState('');
  const making = useAction(makeEnrolCode);
  return (
    <Modal opened onClose={onClose} title={t('office.new_store')}>
      {making.data ? (
        <Stack>
          <Text>{t('office.code_text')}</Text>
          <div className={classes.code}>{making.data.code}</div>
          <Text className="soft" ta="center">
            {t('agent.until')} <When at={making.data.expires_at} />
          </Text>
          <Button onClick={onClose}>{t('common.done')}</Button>
        </Stack>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            making.mutate(name.trim());
          }}
        >
          <Stack>
            <TextInput
              data-autofocus
              label={t('settings.name')}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              required
            />
            <ProblemNote error={making.error} />
            <Button type="submit" loading={making.isPending} disabled={name.trim() === ''}>
              {t('office.make_code')}
            </Button>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
