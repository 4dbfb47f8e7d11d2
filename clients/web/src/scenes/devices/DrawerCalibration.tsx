import { Button, Group, Stack, Text } from '@mantine/core';
import { useAction } from '@/api/action';
import { askDevice } from '@/api/devices';
import type { Device } from '@/api/types';
import { sayProblem } from '@/app/toasts';
import { Spot } from '@/components/Light';
import { useT } from '@/i18n';

/** Drawers differ in what their switch says: the person tells how it stands, the printer tells the signal. */
export function DrawerCalibration(props: {
  device: Device;
  level: boolean | null;
  onLevel: (open: boolean | null) => void;
}) {
  const t = useT();
  const asking = useAction(askDevice, {});
  const silent = asking.data !== undefined && asking.data.drawer_level === null;
  const stands = (open: boolean) =>
    asking.mutate(props.device.id, {
      onError: sayProblem,
      onSuccess: ({ drawer_level }) => {
        if (drawer_level !== null) props.onLevel(open ? drawer_level : !drawer_level);
      },
    });
  return (
    <Stack gap="xs">
      <Text fw={500}>
        {t('device.chart_drawer')}{' '}
        <Spot color={props.level === null ? 'idle' : 'good'}>
          {t(props.level === null ? 'device.chart_drawer_unknown' : 'device.chart_drawer_known')}
        </Spot>
      </Text>
      <Text className="soft">{t('device.chart_drawer_text')}</Text>
      {silent && <Text c="red">{t('device.chart_drawer_silent')}</Text>}
      <Group>
        <Button variant="default" loading={asking.isPending} onClick={() => stands(true)}>
          {t('device.chart_drawer_open')}
        </Button>
        <Button variant="default" loading={asking.isPending} onClick={() => stands(false)}>
          {t('device.chart_drawer_closed')}
        </Button>
        {props.level !== null && (
          <Button variant="subtle" onClick={() => props.onLevel(null)}>
            {t('device.chart_drawer_forget')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
