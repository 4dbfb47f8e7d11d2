import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useAction } from '@/api/action';
import { cancelJob, deviceKeys, deviceLogQuery, jobsQuery, reprintJob } from '@/api/devices';
import type { DeviceJob } from '@/api/types';
import { useMay } from '@/app/identity';
import { sayProblem } from '@/app/toasts';
import { JOB_COLOR } from '@/components/jobs';
import { Spot } from '@/components/Light';
import { ProblemNote } from '@/components/ProblemNote';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/DataTable';
import { pagedRows } from '@/components/table/rows';
import { When } from '@/components/When';
import { type Translate, useT } from '@/i18n';
import classes from './Devices.module.css';

/** What was sent to the device, and what became of it. */
export function DeviceJobs({ id }: { id: string }) {
  const t = useT();
  const may = useMay();
  const asked = jobsQuery(id);
  const jobs = useInfiniteQuery(asked);
  const columns: Column<DeviceJob>[] = [
    {
      key: 'state',
      header: t('common.state'),
      phone: 'title',
      text: (row) => t(`job.state.${row.state}`),
      cell: (row) => <Spot color={JOB_COLOR[row.state]}>{t(`job.state.${row.state}`)}</Spot>,
    },
    { key: 'at', header: t('sale.when'), cell: (row) => <When at={row.created_at} /> },
    {
      key: 'job',
      header: t('device.job'),
      cell: (row) => (
        <>
          {documentName(row, t)}
          {row.detail && <div className="soft">{row.detail}</div>}
        </>
      ),
      wrap: true,
    },
    ...(may('devices.edit')
      ? [
          {
            key: 'do',
            header: '',
            phone: 'side' as const,
            cell: (row: DeviceJob) => <JobAction job={row} device={id} />,
          },
        ]
      : []),
  ];
  return (
    <DataTable
      inside
      name="device-jobs"
      columns={columns}
      list={pagedRows(jobs, asked)}
      rowKey={(row) => row.id}
      empty={<span className="soft">{t('device.jobs_none')}</span>}
    />
  );
}

/** What can be done with one job: once more on paper, or not at all. */
function JobAction({ job, device }: { job: DeviceJob; device: string }) {
  const t = useT();
  const stale = [deviceKeys.jobs(device), deviceKeys.list];
  const reprinting = useAction(reprintJob, { stale });
  const cancelling = useAction(cancelJob, { stale });
  const over = ['printed', 'not_printed', 'unknown', 'done', 'failed'].includes(job.state);
  if (over && job.document === null) return null;
  const action = over ? reprinting : cancelling;
  return (
    <Button
      size="xs"
      variant="default"
      miw="max-content"
      loading={action.isPending}
      onClick={() => action.mutate(job.id, { onError: sayProblem })}
    >
      {t(over ? 'device.reprint' : 'common.cancel')}
    </Button>
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
