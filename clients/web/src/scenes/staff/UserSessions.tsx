import { Button } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useAction } from '@/api/action';
import { requestId } from '@/api/ids';
import { endSession, staffKeys, userSessionsQuery } from '@/api/staff';
import type { UserSession } from '@/api/types';
import { useMay } from '@/app/identity';
import { sayDone, sayProblem } from '@/app/toasts';
import { Spot } from '@/components/Light';
import { Card } from '@/components/Page';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/DataTable';
import { wholeRows } from '@/components/table/rows';
import { When } from '@/components/When';
import { useT } from '@/i18n';

/** Where the person is signed in; each of these can be ended, or many at once. */
export function UserSessions({ id }: { id: string }) {
  const t = useT();
  const may = useMay();
  const client = useQueryClient();
  const stale = staffKeys.sessions(id);
  const sessions = useQuery(userSessionsQuery(id));
  const ending = useAction(endSession, { stale: [stale] });
  const columns: Column<UserSession>[] = [
    {
      key: 'made',
      header: t('user.session_since'),
      cell: (row) => <When at={row.made_at} />,
      value: (row) => row.made_at,
      phone: 'title',
    },
    { key: 'source', header: t('user.session_from'), cell: (row) => row.source || '—' },
    {
      key: 'locked',
      header: t('common.state'),
      cell: (row) => (
        <Spot color={row.locked ? 'idle' : 'good'}>
          {t(row.locked ? 'user.session_locked' : 'user.session_open')}
        </Spot>
      ),
    },
    ...(may('staff.edit')
      ? [
          {
            key: 'end',
            header: '',
            phone: 'side' as const,
            cell: (row: UserSession) => (
              <Button
                size="xs"
                variant="default"
                loading={ending.isPending && ending.variables === row.id}
                onClick={() => ending.mutate(row.id, { onError: sayProblem })}
              >
                {t('user.end_session')}
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <Card title={t('user.sessions')}>
      <DataTable
        inside
        name="user-sessions"
        columns={columns}
        list={wholeRows(sessions)}
        rowKey={(row) => row.id}
        bulk={
          may('staff.edit')
            ? [
                {
                  key: 'end',
                  label: t('user.end_session'),
                  icon: IconLogout,
                  each: (row) => endSession(row.id, requestId()),
                  done: (rows) => {
                    sayDone(t('user.sessions_ended', { count: rows.length }));
                    void client.invalidateQueries({ queryKey: stale });
                  },
                },
              ]
            : undefined
        }
        empty={<span className="soft">{t('user.sessions_none')}</span>}
      />
    </Card>
  );
}
