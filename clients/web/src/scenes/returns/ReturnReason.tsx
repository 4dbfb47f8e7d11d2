import { Button, Group, TextInput } from '@mantine/core';
import type { Ref } from 'react';
import { useT } from '@/i18n';

const USUAL = ['return.why.defect', 'return.why.not_fit', 'return.why.mistake'] as const;

/** Why the goods come back: the usual reasons one tap away, any other typed. */
export function ReturnReason({
  ref,
  value,
  onChange,
}: {
  ref?: Ref<HTMLInputElement>;
  value: string;
  onChange: (text: string) => void;
}) {
  const t = useT();
  return (
    <div>
      <TextInput
        ref={ref}
        label={t('return.reason')}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        required
      />
      <Group gap="xs" mt={8}>
        {USUAL.map((name) => (
          <Button
            key={name}
            size="sm"
            variant={value === t(name) ? 'light' : 'default'}
            onClick={() => onChange(t(name))}
          >
            {t(name)}
          </Button>
        ))}
      </Group>
    </div>
  );
}
