import { Alert, Button, Progress, Text } from '@mantine/core';
import { IconDatabaseExport } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useAction } from '@/api/action';
import { backupKeys, backupQuery, makeBackup } from '@/api/backup';
import type { Backup } from '@/api/types';
import { useMay } from '@/app/identity';
import { ScenePending } from '@/app/SceneStates';
import { sayProblem } from '@/app/toasts';
import { Facts } from '@/components/Facts';
import { type LightColor, Spot } from '@/components/Light';
import { Card, Columns, Page } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { When } from '@/components/When';
import { useLanguage, useT } from '@/i18n';
import { formatBytes } from '@/lib/bytes';
import classes from './Backup.module.css';
import { BackupPlanForm } from './BackupPlanForm';
import { KeptBackups } from './KeptBackups';
import { RecoveryCard } from './RecoveryCard';

export const BACKUP_COLOR: Record<Backup['light'], LightColor> = { ok: 'good', warn: 'warn', red: 'bad' };

/** Whether a broken disk would cost anything: the last good backup, the plan, the sheet that opens them. */
export function BackupScene() {
  const t = useT();
  const may = useMay();
  const backup = useQuery(backupQuery);
  const making = useAction(makeBackup, { stale: [backupKeys.all] });
  if (!backup.data) {
    return (
      <Page title={t('menu.backup')} width="reading">
        {backup.error ? <ProblemNote error={backup.error} /> : <ScenePending />}
      </Page>
    );
  }
  const { data } = backup;
  return (
    <Page
      title={t('menu.backup')}
      width="reading"
      actions={
        may('backup.edit') && (
          <Button
            size="lg"
            leftSection={<IconDatabaseExport size={22} />}
            loading={making.isPending || data.running !== null}
            onClick={() => making.mutate(null, { onError: sayProblem })}
          >
            {t('backup.make')}
          </Button>
        )
      }
    >
      <Columns
        aside={
          <>
            <RecoveryCard />
            <KeptBackups kept={data.kept} />
          </>
        }
      >
        <Standing backup={data} />
        {may('backup.edit') && <BackupPlanForm key={data.plan.version} plan={data.plan} />}
      </Columns>
    </Page>
  );
}

function Standing({ backup }: { backup: Backup }) {
  const t = useT();
  const language = useLanguage();
  const { last, last_at_office: office, running } = backup;
  return (
    <Card title={t('backup.state')}>
      <div className={classes.says} data-light={backup.light}>
        <Spot color={BACKUP_COLOR[backup.light]}>{backup.says}</Spot>
      </div>
      {running && (
        <div role="status">
          <Text>{t(`backup.stage.${running.stage}`)}</Text>
          <Progress
            mt={6}
            animated
            value={running.total_bytes > 0 ? (running.done_bytes / running.total_bytes) * 100 : 100}
          />
        </div>
      )}
      {[backup.trouble, backup.trouble_at_office].map(
        (trouble, index) =>
          trouble && (
            <Alert key={index} color="red" variant="light">
              <When at={trouble.at} /> · {trouble.detail}
            </Alert>
          ),
      )}
      <Facts
        rows={[
          [t('backup.last'), last ? <When key="l" at={last.at} /> : t('backup.never')],
          last && [t('backup.size'), formatBytes(last.size_bytes, language)],
          office && [t('backup.last_at_office'), <When key="o" at={office.at} />],
          backup.next_at !== null && [t('backup.next'), <When key="n" at={backup.next_at} />],
          [t('backup.place'), backup.place],
          backup.free_bytes !== null && [t('backup.free'), formatBytes(backup.free_bytes, language)],
        ]}
      />
      {backup.same_disk && <Text c="var(--warn)">{t('backup.same_disk')}</Text>}
    </Card>
  );
}
