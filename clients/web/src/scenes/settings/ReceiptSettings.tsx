import { Group, SegmentedControl, Select, SimpleGrid, Stack, Switch, Text, TextInput } from '@mantine/core';
import type { Settings } from '@/api/types';
import { Card } from '@/components/Page';
import { useT } from '@/i18n';
import type { SettingsPart } from './SettingsScene';

const FIELDS = ['bin', 'address', 'phone', 'cashier', 'sku', 'vat', 'qr'] as const;

export function ReceiptSettings({ draft, set, readOnly }: SettingsPart) {
  const t = useT();
  const fields = draft.receipt_fields;
  return (
    <Card title={t('settings.receipt')}>
      <Stack>
        <Group>
          <Text>{t('settings.tape')}</Text>
          <SegmentedControl
            disabled={readOnly}
            data={[
              { value: '58', label: t('settings.mm', { count: 58 }) },
              { value: '80', label: t('settings.mm', { count: 80 }) },
            ]}
            value={draft.tape}
            onChange={(tape) => set('tape', tape as Settings['tape'])}
          />
        </Group>
        <Select
          label={t('settings.receipt_language')}
          maw={360}
          allowDeselect={false}
          disabled={readOnly}
          data={[
            { value: 'ru', label: t('settings.language.ru') },
            { value: 'kk', label: t('settings.language.kk') },
            { value: 'both', label: t('settings.language.both') },
            { value: 'en', label: t('settings.language.en') },
          ]}
          value={draft.receipt_language}
          onChange={(language) =>
            language && set('receipt_language', language as Settings['receipt_language'])
          }
        />
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
          {FIELDS.map((name) => (
            <Switch
              key={name}
              label={t(`settings.field.${name}`)}
              disabled={readOnly}
              checked={fields[name]}
              onChange={(event) => set('receipt_fields', { ...fields, [name]: event.currentTarget.checked })}
            />
          ))}
        </SimpleGrid>
        <TextInput
          label={t('settings.thanks')}
          value={fields.thanks}
          readOnly={readOnly}
          onChange={(event) => set('receipt_fields', { ...fields, thanks: event.currentTarget.value })}
        />
      </Stack>
    </Card>
  );
}
