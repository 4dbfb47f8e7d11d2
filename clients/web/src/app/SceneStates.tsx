import { Center, Loader, Stack } from '@mantine/core';
import { Empty } from '@/components/Empty';
import { ButtonLink } from '@/components/links';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';

export function ScenePending() {
  const t = useT();
  return (
    <Center h="100%" mih={200}>
      <Loader role="status" aria-label={t('common.loading')} />
    </Center>
  );
}

export function SceneFault({ error, reset }: { error: unknown; reset: () => void }) {
  return (
    <Stack p="lg" maw={640}>
      <ProblemNote error={error} retry={reset} />
    </Stack>
  );
}

export function NotFound() {
  const t = useT();
  return (
    <Empty title={t('frame.not_found')} text={t('frame.not_found_text')}>
      <ButtonLink to="/">{t('frame.to_start')}</ButtonLink>
    </Empty>
  );
}
