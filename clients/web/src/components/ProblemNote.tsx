import { Alert, Button, Group } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { ApiError, HubSilent } from '@/api/problem';
import { useT } from '@/i18n';

const ClockConfirm = lazy(() => import('./ClockConfirm').then((m) => ({ default: m.ClockConfirm })));
const COVERED = ['session.missing', 'session.expired', 'session.locked'];

/** What went wrong in a sentence; the code for whoever helps by telephone stands folded away below. */
export function ProblemNote({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useT();
  if (!error) return null;
  const problem = error instanceof ApiError ? error.problem : null;
  // The cover over the page asks for the person; there is nothing else to do here.
  if (problem && COVERED.includes(problem.code)) return null;
  const text =
    error instanceof HubSilent
      ? t('problem.silent')
      : problem?.detail || problem?.title || t('problem.unknown');
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle size={20} />} role="alert">
      {text}
      <Suspense fallback={null}>{problem?.code === 'clock.suspect' && <ClockConfirm />}</Suspense>
      {problem && (
        <details>
          <summary className="soft">{t('problem.details')}</summary>
          <code>
            {problem.code} {problem.request_id ?? ''}
          </code>
        </details>
      )}
      {retry && (
        <Group mt="xs">
          <Button size="sm" variant="default" onClick={retry}>
            {t('common.try_again')}
          </Button>
        </Group>
      )}
    </Alert>
  );
}
