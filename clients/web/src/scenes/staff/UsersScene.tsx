import { Checkbox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { rolesQuery, usersQuery } from '@/api/staff';
import type { User } from '@/api/types';
import { ActionButton } from '@/app/actions/ActionButton';
import { useMay } from '@/app/identity';
import { Empty } from '@/components/Empty';
import { Spot } from '@/components/Light';
import { Page } from '@/components/Page';
import { Person } from '@/components/Person';
import { SearchInput } from '@/components/SearchInput';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/DataTable';
import { wholeRows } from '@/components/table/rows';
import { When } from '@/components/When';
import { useLanguage, useT } from '@/i18n';
import { formatPhone } from '@/lib/phone';

export function UsersScene() {
  const t = useT();
  const may = useMay();
  const language = useLanguage();
  const navigate = useNavigate();
  const users = useQuery(usersQuery);
  const roles = useQuery({ ...rolesQuery, enabled: may('roles.view') });
  const filter = useSearch({ from: '/framed/users' });
  const set = (change: Partial<typeof filter>) =>
    navigate({ to: '/users', search: { ...filter, ...change }, replace: true });
  const roleName = (id: string) => roles.data?.find((role) => role.id === id)?.name[language] ?? '';
  const all = wholeRows(users);
  const rows = all.rows.filter(
    (user) =>
      (filter.leavers || user.active) &&
      `${user.name} ${user.phone}`.toLowerCase().includes((filter.q ?? '').toLowerCase()),
  );
  const columns: Column<User>[] = [
    {
      key: 'name',
      header: t('user.name'),
      cell: (row) => <Person name={row.name} />,
      text: (row) => row.name,
      value: (row) => row.name,
      phone: 'title',
    },
    {
      key: 'phone',
      header: t('user.phone'),
      cell: (row) => <span className="num">{formatPhone(row.phone)}</span>,
    },
    {
      key: 'roles',
      header: t('user.roles'),
      cell: (row) => row.role_ids.map(roleName).filter(Boolean).join(', ') || '—',
    },
    { key: 'pin', header: t('user.pin'), cell: (row) => t(row.has_pin ? 'common.yes' : 'common.no') },
    {
      key: 'state',
      header: t('common.state'),
      cell: (row) => (
        <Spot color={row.active ? 'good' : 'idle'}>{t(row.active ? 'user.active' : 'user.disabled')}</Spot>
      ),
    },
    {
      key: 'seen',
      header: t('user.seen'),
      cell: (row) => <When at={row.last_seen_at} />,
      value: (row) => row.last_seen_at ?? '',
    },
  ];
  return (
    <Page title={t('menu.users')} actions={<ActionButton action="user.new" />}>
      <DataTable
        name="users"
        columns={columns}
        list={{ ...all, rows }}
        rowKey={(row) => row.id}
        mark={(row) => (row.active ? undefined : 'soft')}
        onOpen={(row) => void navigate({ to: '/users/$id', params: { id: row.id } })}
        toolbar={
          <>
            <SearchInput value={filter.q ?? ''} onChange={(q) => void set({ q: q || undefined })} />
            <Checkbox
              label={t('user.with_disabled')}
              checked={filter.leavers ?? false}
              onChange={(event) => void set({ leavers: event.currentTarget.checked || undefined })}
            />
          </>
        }
        empty={<Empty title={t('user.none')} />}
      />
    </Page>
  );
}
