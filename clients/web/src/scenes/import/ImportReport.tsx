import { Alert, Button, Progress, Stack, Text, Title } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useAction } from '@/api/action';
import { catalogKeys } from '@/api/catalog';
import { importKeys, progressQuery, rejectedUrl, runImport } from '@/api/imports';
import { stockKeys } from '@/api/stock';
import { tillKeys } from '@/api/till';
import { ButtonLink } from '@/components/links';
import { Card } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import { groupDigits } from '@/lib/figures';
import { useLive } from '@/live/socket';
import { Counts } from './Counts';
import classes from './Import.module.css';

/** The import as it runs, with a count; the page may be left, the hub goes on. */
export function ImportReport({
  id,
  onAgain,
  onColumns,
}: {
  id: string;
  onAgain: () => void;
  onColumns: () => void;
}) {
  const t = useT();
  const client = useQueryClient();
  useLive(`import:${id}`);
  const progress = useQuery({ ...progressQuery(id), staleTime: 0 });
  const state = progress.data?.state;
  const resuming = useAction(runImport, { stale: [importKeys.progress(id)] });
  useEffect(() => {
    if (state !== 'done') return;
    for (const queryKey of [catalogKeys.all, stockKeys.all, tillKeys.all])
      void client.invalidateQueries({ queryKey });
  }, [state, client]);
  const { done = 0, total = 0 } = progress.data ?? {};
  const over = state === 'done' || state === 'failed';

  return (
    <Card>
      <Stack>
        <Title order={2} size="h3">
          {t(state === 'done' ? 'import.done' : state === 'failed' ? 'import.failed' : 'import.running')}
        </Title>
        <Progress size="xl" value={total > 0 ? (done / total) * 100 : 0} aria-label={t('import.running')} />
        <Text className="num">
          {t('import.progress', { done: groupDigits(String(done)), total: groupDigits(String(total)) })}
        </Text>
        {!over && <Text className="soft">{t('import.may_leave')}</Text>}
        {state === 'failed' && <Alert color="red">{progress.data?.detail ?? t('problem.unknown')}</Alert>}
        <ProblemNote error={progress.error ?? resuming.error} />
        {over && progress.data?.counts && <Counts counts={progress.data.counts} />}
        {over && (
          <div className={classes.foot}>
            {state === 'failed' && (
              <>
                <Button loading={resuming.isPending} onClick={() => resuming.mutate(id)}>
                  {t('import.resume')}
                </Button>
                <Button variant="default" onClick={onColumns}>
                  {t('import.columns_again')}
                </Button>
              </>
            )}
            <Button variant="default" onClick={onAgain}>
              {t('import.again')}
            </Button>
            <Button
              variant="default"
              component="a"
              href={rejectedUrl(id)}
              download
              leftSection={<IconDownload size={20} />}
            >
              {t('import.rejected')}
            </Button>
            <ButtonLink to="/products" search={{}}>
              {t('import.to_products')}
            </ButtonLink>
          </div>
        )}
      </Stack>
    </Card>
  );
}
