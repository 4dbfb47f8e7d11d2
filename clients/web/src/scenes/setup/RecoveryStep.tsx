import { Button, Checkbox, Group, Stack, Text, Title } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import { useT } from '@/i18n';
import classes from './Setup.module.css';

/** The only thing that opens a backup. It is shown once; nobody passes without saying that it is kept. */
export function RecoveryStep({
  words,
  store,
  onNext,
}: {
  words: string[];
  store: string;
  onNext: () => void;
}) {
  const t = useT();
  const [kept, setKept] = useState(false);
  return (
    <Stack>
      <Title order={1} size="h2">
        {t('setup.recovery')}
      </Title>
      <Text>{t('setup.recovery_text', { store })}</Text>
      <ol className={classes.words}>
        {words.map((word, index) => (
          <li key={index}>{word}</li>
        ))}
      </ol>
      <Group>
        <Button variant="default" leftSection={<IconPrinter size={20} />} onClick={() => window.print()}>
          {t('common.print')}
        </Button>
      </Group>
      <Checkbox
        size="md"
        label={t('setup.recovery_kept')}
        checked={kept}
        onChange={(event) => setKept(event.currentTarget.checked)}
      />
      <Button size="lg" disabled={!kept} onClick={onNext}>
        {t('common.next')}
      </Button>
    </Stack>
  );
}
