import { Tooltip } from '@mantine/core';
import { Link, useRouterState } from '@tanstack/react-router';
import { useT } from '@/i18n';
import { useIdentity } from './identity';
import { type MenuSection, menuFor } from './menu';
import classes from './Nav.module.css';

export function Nav({ folded }: { folded: boolean }) {
  const session = useIdentity();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const here = (to: string) => (to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`));
  return (
    <ul className={classes.nav}>
      {menuFor(session).map((section) => (
        <Section key={section.label} section={section} folded={folded} here={here} />
      ))}
    </ul>
  );
}

function Section(props: { section: MenuSection; folded: boolean; here: (to: string) => boolean }) {
  const t = useT();
  const { section, folded, here } = props;
  const open = here(section.to) || (section.items ?? []).some((item) => here(item.to));
  const Icon = section.icon;
  return (
    <li>
      <Tooltip label={t(section.label)} position="right" disabled={!folded}>
        <Link
          to={section.to}
          className={classes.section}
          data-open={open || undefined}
          data-folded={folded || undefined}
        >
          <Icon size={21} />
          {folded ? (
            <span className={classes.hidden}>{t(section.label)}</span>
          ) : (
            <span>{t(section.label)}</span>
          )}
        </Link>
      </Tooltip>
      {!folded && open && section.items && section.items.length > 1 && (
        <ul className={classes.items}>
          {section.items.map((item) => (
            <li key={item.to}>
              <Link to={item.to} className={classes.item} data-here={here(item.to) || undefined}>
                {t(item.label)}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
