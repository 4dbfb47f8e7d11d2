import { NativeSelect } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { isDenied } from '@/api/problem';
import { permissionsQuery, rolesQuery } from '@/api/staff';
import type { Role } from '@/api/types';
import { ActionButton } from '@/app/actions/ActionButton';
import { useEdited } from '@/app/making';
import { ScenePending } from '@/app/SceneStates';
import { NoRight } from '@/components/NoRight';
import { Page } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { useLanguage, useT } from '@/i18n';
import { RightsMatrix } from './RightsMatrix';
import { RoleEditor } from './RoleEditor';

/** Who may do what: rights down, roles across. On a phone one role at a time. */
export function RolesScene() {
  const t = useT();
  const language = useLanguage();
  const phone = useMediaQuery('(max-width: 760px)', window.innerWidth <= 760);
  const roles = useQuery(rolesQuery);
  const permissions = useQuery(permissionsQuery);
  const [edited, setEdited] = useEdited<Role>();
  const [chosen, setChosen] = useState<string | null>(null);
  const all = roles.data ?? [];
  const shown = phone ? all.filter((role, index) => (chosen ? role.id === chosen : index === 0)) : all;
  const error = roles.error ?? permissions.error;

  return (
    <Page title={t('menu.roles')} actions={<ActionButton action="role.new" />}>
      {isDenied(error) ? <NoRight /> : <ProblemNote error={error} />}
      {(roles.isPending || permissions.isPending) && !error && <ScenePending />}
      {phone && all.length > 0 && (
        <NativeSelect
          size="md"
          label={t('role.shown')}
          data={all.map((role) => ({ value: role.id, label: role.name[language] }))}
          value={shown[0]?.id}
          onChange={(event) => setChosen(event.currentTarget.value)}
        />
      )}
      {permissions.data && shown.length > 0 && (
        <RightsMatrix roles={shown} permissions={permissions.data} onOpen={setEdited} />
      )}
      {edited && permissions.data && (
        <RoleEditor
          role={edited === 'new' ? null : edited}
          permissions={permissions.data}
          onClose={() => setEdited(null)}
        />
      )}
    </Page>
  );
}
