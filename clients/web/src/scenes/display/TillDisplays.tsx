import { Button, CloseButton, Group, Stack, Text } from '@mantine/core';
import { IconDeviceDesktop, IconExternalLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useAction } from '@/api/action';
import { displayCode, displayKeys, partDisplay, tillDisplaysQuery } from '@/api/display';
import { sayProblem } from '@/app/toasts';
import { When } from '@/components/When';
import { useT } from '@/i18n';
import classes from './TillDisplays.module.css';

/** The displays of a till, and the digits for one more. */
export function TillDisplays({ till }: { till: string }) {
  const t = useT();
  const displays = useQuery({ ...tillDisplaysQuery(till), refetchInterval: 3000 });
  const stale = [displayKeys.ofTill(till)];
  const asking = useAction(displayCode);
  const parting = useAction(partDisplay, { stale });
  return (
    <Stack gap="xs" className={classes.displays}>
      <Text fw={600}>{t('display.title')}</Text>
      <Text size="sm" className="soft">
        {t('display.about', { address: `${window.location.origin}/display` })}
      </Text>
      {displays.data?.map((display) => (
        <Group key={display.id} justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <IconDeviceDesktop size={20} />
            <span>
              {t('display.since')} <When at={display.paired_at} />
            </span>
          </Group>
          <CloseButton
            size="lg"
            aria-label={t('display.part')}
            onClick={() => parting.mutate(display.id, { onError: sayProblem })}
          />
        </Group>
      ))}
      {asking.data && (
        <output className={classes.code} aria-label={t('display.code')}>
          {asking.data.code}
        </output>
      )}
      <Group gap="xs">
        <Button
          variant="default"
          size="sm"
          loading={asking.isPending}
          onClick={() => asking.mutate(till, { onError: sayProblem })}
        >
          {t('display.new_code')}
        </Button>
        <Button
          variant="subtle"
          size="sm"
          component="a"
          href="/display"
          target="_blank"
          rightSection={<IconExternalLink size={18} />}
        >
          {t('display.open_here')}
        </Button>
      </Group>
    </Stack>
  );
}
