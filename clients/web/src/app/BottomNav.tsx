import { UnstyledButton } from '@mantine/core';
import { IconMenu2 } from '@tabler/icons-react';
import { Link, useRouterState } from '@tanstack/react-router';
import { useT } from '@/i18n';
import classes from './BottomNav.module.css';
import { useIdentity } from './identity';
import { menuFor } from './menu';

/** As many sections as a thumb can tell apart; the rest lies behind the last button. */
const SHOWN = 4;

/** The sections under the thumb, on a phone. */
export function BottomNav({ onMore }: { onMore: () => void }) {
  const t = useT();
  const session = useIdentity();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const here = (to: string) => (to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`));
  return (
    <nav className={classes.nav} aria-label={t('frame.menu')}>
      {menuFor(session)
        .slice(0, SHOWN)
        .map(({ to, label, short, icon: Icon, items = [] }) => {
          const open = here(to) || items.some((item) => here(item.to));
          return (
            <Link key={label} to={to} className={classes.item} data-open={open || undefined}>
              <Icon size={24} />
              <span>{t(short ?? label)}</span>
            </Link>
          );
        })}
      <UnstyledButton className={classes.item} onClick={onMore}>
        <IconMenu2 size={24} />
        <span>{t('frame.more')}</span>
      </UnstyledButton>
    </nav>
  );
}
