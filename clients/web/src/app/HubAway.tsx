import { Button, Center, Loader, Stack, Text, Title } from '@mantine/core';
import { useT } from '@/i18n';

/** The hub does not answer at all yet: say so, and go on asking. */
export function HubAway({ onRetry }: { onRetry?: () => void }) {
  const t = useT();
  return (
    <Center h="100%" p="md">
      <Stack align="center" maw={440} ta="center">
        <Loader />
        <Title order={1} size="h3">
          {t('link.away')}
        </Title>
        <Text className="soft">{t('link.away_text')}</Text>
        {onRetry && (
          <Button variant="default" onClick={onRetry}>
            {t('common.try_again')}
          </Button>
        )}
      </Stack>
    </Center>
  );
}
