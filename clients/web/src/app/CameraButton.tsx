import { ActionIcon } from '@mantine/core';
import { IconCamera } from '@tabler/icons-react';
import { useT } from '@/i18n';
import { cameraOpen, hasCamera } from './camera';

/** The camera as a scanner, where there is one. */
export function CameraButton({ size = 44 }: { size?: number }) {
  const t = useT();
  if (!hasCamera()) return null;
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={size}
      aria-label={t('scan.camera')}
      onClick={() => cameraOpen.set(true)}
    >
      <IconCamera size={22} />
    </ActionIcon>
  );
}
