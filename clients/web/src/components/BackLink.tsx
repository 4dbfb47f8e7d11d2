import { ActionIcon } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import { useT } from '@/i18n';

export function BackLink() {
  const t = useT();
  const router = useRouter();
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={40}
      aria-label={t('common.back')}
      onClick={() => router.history.back()}
    >
      <IconArrowLeft size={22} />
    </ActionIcon>
  );
}
