import { useQuery } from '@tanstack/react-query';
import { permissionsQuery, rolesQuery } from '@/api/staff';
import type { Role } from '@/api/types';
import { ActionButton } from '@/app/actions/ActionButton';
import { useEdited } from '@/app/making';
import { ScenePending } from '@/app/SceneStates';
import { Page } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { useLanguage, useT } from '@/i18n';
import { areaName, holds } from './areas';
import { RoleEditor } from './RoleEditor';
import classes from './Staff.module.css';

/** Roles as cards: what each may do, area by area. */
export function RolesScene() {
  const t = useT();
  const language = useLanguage();
  const roles = useQuery(rolesQuery);
  const permissions = useQuery(permissionsQuery);
  const [edited, setEdited] = useEdited<Role>();
  const areas = [...new Set(permissions.data?.map((permission) => permission.area))];

  return (
    <Page title={t('menu.roles')} actions={<ActionButton action="role.new" />}>
      <ProblemNote error={roles.error ?? permissions.error} />
      {roles.isPending && <ScenePending />}
      <div className={classes.roles}>
        {roles.data?.map((role) => {
          return (
            <button key={role.id} type="button" className={classes.role} onClick={() => setEdited(role)}>
              <strong>{role.name[language]}</strong>
              <span className="soft">{role.built_in ? t('role.built_in') : t('role.own')}</span>
              <ul>
                {areas.map((area) => {
                  const all = permissions.data?.filter((permission) => permission.area === area) ?? [];
                  const count = all.filter((permission) => holds(role, permission)).length;
                  return (
                    <li key={area} data-none={count === 0 || undefined}>
                      <span>{areaName(area, t)}</span>
                      <span className="num">
                        {count}/{all.length}
                      </span>
                    </li>
                  );
                })}
              </ul>
            </button>
          );
        })}
      </div>
      {edited && (
        <RoleEditor
          role={edited === 'new' ? null : edited}
          permissions={permissions.data ?? []}
          onClose={() => setEdited(null)}
        />
      )}
    </Page>
  );
}
