import { ActionIcon } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useCanGoBack, useRouter } from '@tanstack/react-router';
import { useT } from '@/i18n';

/** To the screen before; from an address that was opened directly, to the list above it. */
export function BackLink() {
  const t = useT();
  const router = useRouter();
  const before = useCanGoBack();
  const leave = () => {
    if (before) {
      router.history.back();
      return;
    }
    const above = router.state.location.pathname.split('/').slice(0, -1).join('/');
    router.history.push(router.getMatchedRoutes(above)[2] ? above : '/');
  };
  return (
    <ActionIcon variant="subtle" color="gray" size={40} aria-label={t('common.back')} onClick={leave}>
      <IconArrowLeft size={22} />
    </ActionIcon>
  );
}
