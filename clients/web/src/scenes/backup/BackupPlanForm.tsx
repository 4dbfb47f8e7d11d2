import { Button, NumberInput, SimpleGrid, Stack, Switch, TextInput } from '@mantine/core';
import { useAction } from '@/api/action';
import { backupKeys, saveBackupPlan } from '@/api/backup';
import { fieldProblem } from '@/api/problem';
import type { BackupPlan } from '@/api/types';
import { sayDone } from '@/app/toasts';
import { useDraft } from '@/components/draft';
import { Card } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';

/** When, where and how many. */
export function BackupPlanForm({ plan }: { plan: BackupPlan }) {
  const t = useT();
  const { draft, set } = useDraft<BackupPlan>(plan);
  const saving = useAction(saveBackupPlan, {
    stale: [backupKeys.all],
    onDone: () => sayDone(t('common.saved')),
  });
  const field = (name: keyof BackupPlan) => fieldProblem(saving.error, name);
  return (
    <Card title={t('backup.plan')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          saving.mutate(draft);
        }}
      >
        <Stack>
          <Switch
            label={t('backup.enabled')}
            checked={draft.enabled}
            onChange={(event) => set('enabled', event.currentTarget.checked)}
          />
          <SimpleGrid cols={{ base: 1, xs: 3 }}>
            <TextInput
              label={t('backup.at')}
              placeholder="03:00"
              value={draft.at}
              error={field('at')}
              onChange={(event) => set('at', event.currentTarget.value)}
            />
            <NumberInput
              size="md"
              label={t('backup.keep')}
              min={1}
              max={365}
              value={draft.keep}
              error={field('keep')}
              onChange={(value) => set('keep', Number(value))}
            />
            <NumberInput
              size="md"
              label={t('backup.red_after')}
              min={1}
              max={744}
              value={draft.red_after_hours}
              error={field('red_after_hours')}
              onChange={(value) => set('red_after_hours', Number(value))}
            />
          </SimpleGrid>
          <TextInput
            label={t('backup.folder')}
            description={t('backup.folder_text')}
            placeholder="/media/usb/duken"
            value={draft.place ?? ''}
            error={field('place')}
            onChange={(event) => set('place', event.currentTarget.value || null)}
          />
          <Switch
            label={t('backup.to_office')}
            checked={draft.to_office}
            onChange={(event) => set('to_office', event.currentTarget.checked)}
          />
          <ProblemNote error={saving.error} />
          <Button type="submit" variant="light" loading={saving.isPending} style={{ alignSelf: 'flex-end' }}>
            {t('common.save')}
          </Button>
        </Stack>
      </form>
    </Card>
  );
}
