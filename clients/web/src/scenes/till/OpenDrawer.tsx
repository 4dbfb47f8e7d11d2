import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { openDrawer } from '@/api/till';
import { sayDone } from '@/app/toasts';
import { AskModal } from '@/components/AskModal';
import { useT } from '@/i18n';

/** The drawer without a sale: the reason goes into the trail under the person's name. */
export function OpenDrawer({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [usual, setUsual] = useState('');
  const opening = useAction(openDrawer, {
    onDone: () => {
      sayDone(t('till.drawer_opened'));
      onClose();
    },
  });
  return (
    <AskModal
      key={usual}
      opened
      onClose={onClose}
      title={t('till.open_drawer')}
      text={
        <>
          {t('till.open_drawer_text')}
          <Group gap="xs" mt="sm">
            {(['till.drawer_change', 'till.drawer_count'] as const).map((name) => (
              <Button key={name} size="sm" variant="default" onClick={() => setUsual(t(name))}>
                {t(name)}
              </Button>
            ))}
          </Group>
        </>
      }
      reason={t('common.reason')}
      given={usual}
      confirm={t('till.open_drawer_do')}
      busy={opening.isPending}
      error={opening.error}
      onConfirm={(reason) => opening.mutate(reason)}
    />
  );
}
