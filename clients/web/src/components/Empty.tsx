import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** An empty place that teaches: what this is, why it is empty, and the one button that changes it. */
export function Empty({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <Stack align="center" gap="xs" py={40} px="md" ta="center">
      <Text fw={600} size="lg">
        {title}
      </Text>
      {text && (
        <Text className="soft" maw={460}>
          {text}
        </Text>
      )}
      {children}
    </Stack>
  );
}
