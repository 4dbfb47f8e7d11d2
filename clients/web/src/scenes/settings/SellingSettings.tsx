import { NativeSelect, NumberInput, SimpleGrid } from '@mantine/core';
import type { Language, Settings } from '@/api/types';
import { DateField } from '@/components/DateField';
import { Card } from '@/components/Page';
import { LANGUAGE_NAMES, LANGUAGES, useT } from '@/i18n';
import type { SettingsPart } from './SettingsScene';
import { WeightCodes } from './WeightCodes';

const STEPS = ['0.01', '0.10', '1.00', '5.00', '10.00'];

export function SellingSettings({ draft, set, field, readOnly }: SettingsPart) {
  const t = useT();
  const steps = [...new Set([...STEPS, draft.rounding.step])];
  return (
    <>
      <Card title={t('settings.selling')}>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <NativeSelect
            size="md"
            label={t('settings.negative_stock')}
            disabled={readOnly}
            data={(['allow', 'warn', 'forbid'] as const).map((value) => ({
              value,
              label: t(`settings.negative.${value}`),
            }))}
            value={draft.negative_stock}
            onChange={(event) =>
              set('negative_stock', event.currentTarget.value as Settings['negative_stock'])
            }
          />
          <NativeSelect
            size="md"
            label={t('settings.rounding')}
            disabled={readOnly}
            data={(['receipt', 'line', 'none'] as const).map((value) => ({
              value,
              label: t(`settings.round.${value}`),
            }))}
            value={draft.rounding.scope}
            onChange={(event) =>
              set('rounding', {
                ...draft.rounding,
                scope: event.currentTarget.value as Settings['rounding']['scope'],
              })
            }
          />
          {draft.rounding.scope !== 'none' && (
            <NativeSelect
              size="md"
              label={t('settings.rounding_step')}
              disabled={readOnly}
              data={steps}
              value={draft.rounding.step}
              onChange={(event) => set('rounding', { ...draft.rounding, step: event.currentTarget.value })}
            />
          )}
          <NumberInput
            size="md"
            label={t('settings.max_shift')}
            min={1}
            max={168}
            {...field('max_shift_hours')}
            value={draft.max_shift_hours}
            onChange={(hours) => typeof hours === 'number' && set('max_shift_hours', hours)}
          />
          <DateField
            label={t('settings.closed_until')}
            description={t('settings.closed_until_text')}
            {...field('closed_until')}
            date={draft.closed_until}
            onDate={(date) => set('closed_until', date)}
          />
          <NativeSelect
            size="md"
            label={t('settings.interface_language')}
            disabled={readOnly}
            data={LANGUAGES.map((code) => ({ value: code, label: LANGUAGE_NAMES[code] }))}
            value={draft.language}
            onChange={(event) => set('language', event.currentTarget.value as Language)}
          />
        </SimpleGrid>
      </Card>
      <WeightCodes
        codes={draft.weight_codes}
        readOnly={readOnly}
        onChange={(codes) => set('weight_codes', codes)}
      />
    </>
  );
}
