import { IconBuilding, IconBuildingStore, IconMinus, IconUser } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { Permission, Role, Scope } from '@/api/types';
import { useLanguage, useT } from '@/i18n';
import { areaName, reach, rightName } from './areas';
import classes from './RightsMatrix.module.css';

/** How far a right reaches, as a sign; the word stands beside it for those who do not see it, and in the key. */
const SIGN: Record<Scope, ComponentType<{ size?: number }>> = {
  own: IconUser,
  store: IconBuildingStore,
  all: IconBuilding,
};
const SCOPES = ['own', 'store', 'all'] as const;

/** Rights as rows, area by area, roles as columns; a press on a role opens it. */
export function RightsMatrix(props: {
  roles: Role[];
  permissions: Permission[];
  onOpen: (role: Role) => void;
}) {
  const t = useT();
  const language = useLanguage();
  const areas = [...new Set(props.permissions.map((permission) => permission.area))];
  return (
    <>
      <div className={classes.key}>
        {SCOPES.map((scope) => {
          const Sign = SIGN[scope];
          return (
            <span key={scope} className={classes.sign} data-scope={scope}>
              <Sign size={18} /> {t(`scope.${scope}`)}
            </span>
          );
        })}
        <span className={classes.sign}>
          <IconMinus size={18} /> {t('role.not_given')}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by keys */}
      <section className={classes.scroll} tabIndex={0} aria-label={t('menu.roles')}>
        <table className={classes.matrix}>
          <thead>
            <tr>
              <th scope="col">{t('role.right')}</th>
              {props.roles.map((role) => (
                <th key={role.id} scope="col">
                  <button type="button" onClick={() => props.onOpen(role)}>
                    {role.name[language]}
                  </button>
                  <span className="soft">{t(role.built_in ? 'role.built_in' : 'role.own')}</span>
                </th>
              ))}
            </tr>
          </thead>
          {areas.map((area) => (
            <tbody key={area}>
              <tr className={classes.area}>
                <th scope="rowgroup" colSpan={props.roles.length + 1}>
                  {areaName(area, t)}
                </th>
              </tr>
              {props.permissions
                .filter((permission) => permission.area === area)
                .map((permission) => (
                  <tr key={permission.permission}>
                    <th scope="row">{rightName(permission.permission, t)}</th>
                    {props.roles.map((role) => (
                      <Cell key={role.id} scope={reach(role, permission)} />
                    ))}
                  </tr>
                ))}
            </tbody>
          ))}
        </table>
      </section>
    </>
  );
}

function Cell({ scope }: { scope: Scope | null }) {
  const t = useT();
  const Sign = scope ? SIGN[scope] : IconMinus;
  const words = scope ? t(`scope.${scope}`) : t('role.not_given');
  return (
    <td title={words} data-scope={scope ?? undefined}>
      <span className={classes.sign} data-scope={scope ?? undefined} role="img" aria-label={words}>
        <Sign size={18} />
      </span>
    </td>
  );
}
