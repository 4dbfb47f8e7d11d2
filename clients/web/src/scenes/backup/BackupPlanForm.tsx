import { NumberInput, SimpleGrid, Stack, Switch, TextInput } from '@mantine/core';
import { backupKeys, saveBackupPlan } from '@/api/backup';
import type { BackupPlan } from '@/api/types';
import { sayDone } from '@/app/toasts';
import { Form } from '@/components/form/Form';
import { useForm } from '@/components/form/useForm';
import { Card } from '@/components/Page';
import { useT } from '@/i18n';

/** When, where and how many. */
export function BackupPlanForm({ plan }: { plan: BackupPlan }) {
  const t = useT();
  const form = useForm({
    place: 'backup/plan',
    initial: { ...plan, place: plan.place ?? '' },
    read: (draft): BackupPlan => ({ ...draft, place: draft.place || null }),
    save: saveBackupPlan,
    stale: [backupKeys.all],
    onDone: () => sayDone(t('common.saved')),
  });
  const { draft, set } = form;
  return (
    <Card title={t('backup.plan')}>
      <Form form={form} bar>
        <Stack>
          <Switch
            label={t('backup.enabled')}
            checked={draft.enabled}
            onChange={(event) => set('enabled', event.currentTarget.checked)}
          />
          <SimpleGrid cols={{ base: 1, xs: 3 }}>
            <TextInput label={t('backup.at')} placeholder="03:00" {...form.text('at')} />
            <NumberInput
              size="md"
              label={t('backup.keep')}
              min={1}
              max={365}
              {...form.field('keep')}
              value={draft.keep}
              onChange={(value) => set('keep', Number(value))}
            />
            <NumberInput
              size="md"
              label={t('backup.red_after')}
              min={1}
              max={744}
              {...form.field('red_after_hours')}
              value={draft.red_after_hours}
              onChange={(value) => set('red_after_hours', Number(value))}
            />
          </SimpleGrid>
          <TextInput
            label={t('backup.folder')}
            description={t('backup.folder_text')}
            placeholder="/media/usb/duken"
            {...form.text('place')}
          />
          <Switch
            label={t('backup.to_office')}
            checked={draft.to_office}
            onChange={(event) => set('to_office', event.currentTarget.checked)}
          />
        </Stack>
      </Form>
    </Card>
  );
}
