import { Button, NativeSelect, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useAction } from '@/api/action';
import { answerChart, deviceKeys, printChart, profilesQuery } from '@/api/devices';
import type { Device, PrinterSettings } from '@/api/types';
import { sayDone } from '@/app/toasts';
import { Form } from '@/components/form/Form';
import { useForm } from '@/components/form/useForm';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import { DrawerCalibration } from './DrawerCalibration';

const DEFAULT_PROFILE = 'generic-80';
const CUTS = ['gs_v_feed', 'gs_v', 'esc_i', 'none'] as const;
const RASTERS = ['gs_v0', 'esc_star', 'gs_l'] as const;
const WIDTHS = ['384', '420', '512', '576', '640'];
const PAUSES_MS = ['0', '10', '20', '50', '100'];

/** Prints a chart and asks what came out, so that the hub knows what this printer can do. */
export function PrinterChart({ device }: { device: Device }) {
  const t = useT();
  const form = useForm({
    place: `device/${device.id}/chart`,
    initial: device.printer,
    read: (answers) => ({ id: device.id, version: device.version, answers }),
    save: answerChart,
    stale: [deviceKeys.all],
    onDone: () => sayDone(t('common.saved')),
  });
  const { draft, set, setDraft } = form;
  const printing = useAction(printChart, { onDone: () => sayDone(t('device.chart_sent')) });
  const profiles = useQuery(profilesQuery);
  const profile = profiles.data?.find(({ id }) => id === (device.profile ?? DEFAULT_PROFILE));
  // One for each line of letters on the chart: the page, and the number that this printer knows it by.
  const lines = (profile?.code_pages ?? []).map(({ code_page, number }) => ({
    value: `${code_page} ${number}`,
    label: t('device.chart_number', { page: code_page, number }),
  }));
  const chosen =
    draft.code_page && draft.code_page_number != null ? `${draft.code_page} ${draft.code_page_number}` : '';
  const choose = (line: string) => {
    const [page, number] = line.split(' ');
    setDraft({ ...draft, code_page: page || null, code_page_number: number ? Number(number) : null });
  };
  const asProfile = { value: '', label: t('device.chart_mode_profile') };
  const number = (text: string) => (text === '' ? null : Number(text));
  return (
    <Form form={form} submit={t('device.chart_save')} isNew>
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
        <NativeSelect
          size="md"
          label={t('device.chart_code_page')}
          description={t('device.chart_code_page_text')}
          data={[{ value: '', label: t('device.chart_code_page_none') }, ...lines]}
          value={chosen}
          onChange={(event) => choose(event.currentTarget.value)}
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
      <NativeSelect
        size="md"
        label={t('device.chart_cut')}
        data={[asProfile, ...CUTS.map((value) => ({ value, label: t(`device.chart_cuts.${value}`) }))]}
        value={draft.cut ?? ''}
        onChange={(event) => set('cut', (event.currentTarget.value || null) as PrinterSettings['cut'])}
      />
      <NativeSelect
        size="md"
        label={t('device.chart_raster')}
        data={[asProfile, ...RASTERS.map((value) => ({ value, label: t(`device.chart_rasters.${value}`) }))]}
        value={draft.raster ?? ''}
        onChange={(event) => set('raster', (event.currentTarget.value || null) as PrinterSettings['raster'])}
      />
      <NativeSelect
        size="md"
        label={t('device.chart_status')}
        data={(['profile', 'yes', 'no'] as const).map((value) => ({
          value,
          label: t(`device.chart_status_ways.${value}`),
        }))}
        value={draft.answers_status == null ? 'profile' : draft.answers_status ? 'yes' : 'no'}
        onChange={(event) =>
          set('answers_status', { profile: null, yes: true, no: false }[event.currentTarget.value] ?? null)
        }
      />
      <DrawerCalibration
        device={device}
        level={draft.drawer_open_level ?? null}
        onLevel={(level) => set('drawer_open_level', level)}
      />
      <ProblemNote error={printing.error} />
    </Form>
  );
}
