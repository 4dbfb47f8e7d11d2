import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useAction } from '@/api/action';
import { endSession, staffKeys, userSessionsQuery } from '@/api/staff';
import { useMay } from '@/app/identity';
import { sayProblem } from '@/app/toasts';
import { Card } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { When } from '@/components/When';
import { useT } from '@/i18n';

/** Where the person is signed in; each of these can be ended. */
export function UserSessions({ id }: { id: string }) {
  const t = useT();
  const may = useMay();
  const sessions = useQuery(userSessionsQuery(id));
  const ending = useAction(endSession, { stale: [staffKeys.sessions(id)] });
  return (
    <Card title={t('user.sessions')}>
      <ProblemNote error={sessions.error} />
      {sessions.data?.length === 0 && <span className="soft">{t('user.sessions_none')}</span>}
      {sessions.data?.map((session) => (
        <Group key={session.id} justify="space-between">
          <span>
            <When at={session.made_at} />
            {session.source ? ` · ${session.source}` : ''}
            {session.locked ? ` · ${t('user.session_locked')}` : ''}
          </span>
          {may('staff.edit') && (
            <Button
              size="sm"
              variant="default"
              loading={ending.isPending && ending.variables === session.id}
              onClick={() => ending.mutate(session.id, { onError: sayProblem })}
            >
              {t('user.end_session')}
            </Button>
          )}
        </Group>
      ))}
    </Card>
  );
}
