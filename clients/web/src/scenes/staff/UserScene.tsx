import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { permissionsQuery, rolesQuery, userQuery } from '@/api/staff';
import type { User } from '@/api/types';
import { useMay } from '@/app/identity';
import { ScenePending } from '@/app/SceneStates';
import { BackLink } from '@/components/BackLink';
import { Columns, Page } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import { UserAccess } from './UserAccess';
import { UserForm } from './UserForm';
import { UserSessions } from './UserSessions';

const NEW: User = {
  id: '',
  version: 0,
  name: '',
  phone: '',
  role_ids: [],
  scope: 'store',
  extra_permissions: [],
  removed_permissions: [],
  discount_limit_percent: '0',
  active: true,
  has_pin: false,
  last_seen_at: null,
};

export function UserScene() {
  const t = useT();
  const may = useMay();
  const { id } = useParams({ from: '/framed/users/$id' });
  const isNew = id === 'new';
  const user = useQuery({ ...userQuery(id), enabled: !isNew });
  const roles = useQuery({ ...rolesQuery, enabled: may('roles.view') });
  const permissions = useQuery({ ...permissionsQuery, enabled: may('roles.view') });
  const shown = isNew ? NEW : user.data;
  if (!shown) return user.error ? <ProblemNote error={user.error} /> : <ScenePending />;
  return (
    <Page title={isNew ? t('user.new') : shown.name} back={<BackLink />} width="reading">
      <Columns
        aside={
          !isNew && (
            <>
              {may('staff.edit') && <UserAccess user={shown} />}
              <UserSessions id={shown.id} />
            </>
          )
        }
      >
        <UserForm
          key={`${shown.id}-${shown.version}`}
          user={shown}
          roles={roles.data ?? []}
          permissions={permissions.data ?? []}
        />
      </Columns>
    </Page>
  );
}
