import { Button, Group, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useAction } from '@/api/action';
import { confirmClock, hubTimeQuery } from '@/api/settings';
import { useMay, useZone } from '@/app/identity';
import { sayDone } from '@/app/toasts';
import { useT } from '@/i18n';
import { formatDateTime } from '@/lib/dates';

/** The hub's clock jumped: what it shows now, and the button of who may say that it is right. */
export function ClockConfirm() {
  const t = useT();
  const may = useMay();
  const zone = useZone();
  const client = useQueryClient();
  const time = useQuery(hubTimeQuery);
  const confirming = useAction(confirmClock, {
    onDone: () => {
      sayDone(t('clock.confirmed'));
      void client.invalidateQueries();
    },
  });
  return (
    <div>
      <Text fw={600} mt={4}>
        {t('clock.shows', { time: time.data ? formatDateTime(time.data, zone) : '…' })}
      </Text>
      {may('settings.edit') ? (
        <Group mt="xs">
          <Button loading={confirming.isPending} onClick={() => confirming.mutate(null)}>
            {t('clock.confirm')}
          </Button>
          <span className="soft">{t('clock.wrong')}</span>
        </Group>
      ) : (
        <span>{t('clock.ask')}</span>
      )}
    </div>
  );
}
