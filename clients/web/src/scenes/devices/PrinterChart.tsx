import { Button, NativeSelect, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useAction } from '@/api/action';
import { answerChart, deviceKeys, printChart } from '@/api/devices';
import type { Device, PrinterSettings } from '@/api/types';
import { sayDone } from '@/app/toasts';
import { useDraft } from '@/components/draft';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';

const WIDTHS = ['384', '420', '512', '576', '640'];
const PAUSES_MS = ['0', '10', '20', '50', '100'];

/** Prints a chart and asks what came out, so that the hub knows what this printer can do. */
export function PrinterChart({ device }: { device: Device }) {
  const t = useT();
  const { draft, set } = useDraft<PrinterSettings>(device.printer);
  const printing = useAction(printChart, { onDone: () => sayDone(t('device.chart_sent')) });
  const saving = useAction(answerChart, {
    stale: [deviceKeys.all],
    onDone: () => sayDone(t('common.saved')),
  });
  const asProfile = { value: '', label: t('device.chart_mode_profile') };
  const number = (text: string) => (text === '' ? null : Number(text));
  return (
    <Stack>
      <Text>{t('device.chart_text')}</Text>
      <Button variant="default" loading={printing.isPending} onClick={() => printing.mutate(device.id)}>
        {t('device.chart_print')}
      </Button>
      <NativeSelect
        size="md"
        label={t('device.chart_mode')}
        data={[
          asProfile,
          { value: 'raster', label: t('device.chart_mode_raster') },
          { value: 'text', label: t('device.chart_mode_text') },
        ]}
        value={draft.mode ?? ''}
        onChange={(event) => set('mode', (event.currentTarget.value || null) as PrinterSettings['mode'])}
      />
      {draft.mode === 'text' && (
        <TextInput
          label={t('device.chart_code_page')}
          placeholder="cp866"
          value={draft.code_page ?? ''}
          onChange={(event) => set('code_page', event.currentTarget.value.trim() || null)}
        />
      )}
      <NativeSelect
        size="md"
        label={t('device.chart_width')}
        data={[asProfile, ...WIDTHS]}
        value={draft.width_dots?.toString() ?? ''}
        onChange={(event) => set('width_dots', number(event.currentTarget.value))}
      />
      <NativeSelect
        size="md"
        label={t('device.chart_pacing')}
        data={[asProfile, ...PAUSES_MS]}
        value={draft.pacing_ms?.toString() ?? ''}
        onChange={(event) => set('pacing_ms', number(event.currentTarget.value))}
      />
      <Switch
        label={t('device.chart_status')}
        checked={draft.answers_status ?? false}
        onChange={(event) => set('answers_status', event.currentTarget.checked)}
      />
      <ProblemNote error={printing.error ?? saving.error} />
      <Button
        loading={saving.isPending}
        onClick={() => saving.mutate({ id: device.id, version: device.version, answers: draft })}
      >
        {t('device.chart_save')}
      </Button>
    </Stack>
  );
}
