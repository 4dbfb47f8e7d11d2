import { Button, Group } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useAction } from '@/api/action';
import { cancelJob, deviceKeys, deviceLogQuery, jobsQuery, reprintJob } from '@/api/devices';
import type { DeviceJob } from '@/api/types';
import { useMay } from '@/app/identity';
import { sayProblem } from '@/app/toasts';
import { JOB_COLOR } from '@/components/jobs';
import { Spot } from '@/components/Light';
import { ProblemNote } from '@/components/ProblemNote';
import { Sentinel } from '@/components/table/Sentinel';
import { When } from '@/components/When';
import { type Translate, useT } from '@/i18n';
import classes from './Devices.module.css';

export function DeviceJobs({ id }: { id: string }) {
  const t = useT();
  const jobs = useInfiniteQuery(jobsQuery(id));
  const rows = jobs.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div>
      <ProblemNote error={jobs.error} />
      {jobs.isSuccess && rows.length === 0 && <span className="soft">{t('device.jobs_none')}</span>}
      {rows.map((job) => (
        <Job key={job.id} job={job} device={id} />
      ))}
      <Sentinel
        active={jobs.hasNextPage && !jobs.isFetchingNextPage}
        onSeen={() => void jobs.fetchNextPage()}
      />
    </div>
  );
}

function Job({ job, device }: { job: DeviceJob; device: string }) {
  const t = useT();
  const may = useMay();
  const stale = [deviceKeys.jobs(device), deviceKeys.list];
  const reprinting = useAction(reprintJob, { stale });
  const cancelling = useAction(cancelJob, { stale });
  const over = ['printed', 'not_printed', 'unknown', 'done', 'failed'].includes(job.state);
  return (
    <div className={classes.job}>
      <div>
        <Spot color={JOB_COLOR[job.state]}>{t(`job.state.${job.state}`)}</Spot>
        <div className="soft">
          <When at={job.created_at} /> · {documentName(job, t)}
          {job.detail ? ` · ${job.detail}` : ''}
        </div>
      </div>
      {may('devices.edit') && (
        <Group gap="xs">
          {over ? (
            job.document !== null && (
              <Button
                size="xs"
                variant="default"
                loading={reprinting.isPending}
                onClick={() => reprinting.mutate(job.id, { onError: sayProblem })}
              >
                {t('device.reprint')}
              </Button>
            )
          ) : (
            <Button
              size="xs"
              variant="default"
              loading={cancelling.isPending}
              onClick={() => cancelling.mutate(job.id, { onError: sayProblem })}
            >
              {t('common.cancel')}
            </Button>
          )}
        </Group>
      )}
    </div>
  );
}

const DOCUMENTS = ['sale', 'return', 'x_report', 'z_report', 'test'] as const;

function documentName({ kind, document }: DeviceJob, t: Translate): string {
  const known = DOCUMENTS.find((name) => name === document?.kind);
  const name = known ? t(`device.document.${known}`) : t(`device.job_kind.${kind}`);
  return document?.copy ? `${name}, ${t('device.document.copy')}` : name;
}

export function DeviceLog({ id }: { id: string }) {
  const t = useT();
  const log = useQuery(deviceLogQuery(id));
  return (
    <>
      <ProblemNote error={log.error} />
      {log.data?.length === 0 && <span className="soft">{t('device.log_none')}</span>}
      {log.data && log.data.length > 0 && (
        <ul className={classes.log}>
          {log.data.map((line, index) => (
            <li key={index} data-level={line.level}>
              <When at={line.at} />
              <span>{line.text}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
