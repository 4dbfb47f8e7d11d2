import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useT } from '@/i18n';

/** Something was typed and not saved: whoever leaves says so. */
export function LeaveModal({ onStay, onLeave }: { onStay: () => void; onLeave: () => void }) {
  const t = useT();
  return (
    <Modal opened onClose={onStay} title={t('form.leave_title')} zIndex={300}>
      <Stack>
        <Text>{t('form.leave_text')}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onLeave}>
            {t('form.leave')}
          </Button>
          <Button data-autofocus onClick={onStay}>
            {t('form.stay')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
