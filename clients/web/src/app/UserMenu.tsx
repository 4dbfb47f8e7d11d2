import { UnstyledButton } from '@mantine/core';
import { IconUser } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useT } from '@/i18n';
import { useIdentity } from './identity';
import classes from './UserMenu.module.css';

const load = () => import('./UserMenuItems').then((m) => ({ default: m.UserMenuItems }));
const UserMenuItems = lazy(load);

/** Who is here; the menu itself comes with the first touch, so that the till need not carry it. */
export function UserMenu() {
  const t = useT();
  const { user } = useIdentity();
  const [asked, setAsked] = useState(false);
  const button = (
    <UnstyledButton
      className={classes.user}
      aria-label={t('frame.user_menu', { name: user.name })}
      onPointerEnter={() => void load()}
      onFocus={() => void load()}
      onClick={asked ? undefined : () => setAsked(true)}
    >
      <IconUser size={20} />
      <span>{user.name}</span>
    </UnstyledButton>
  );
  if (!asked) return button;
  return (
    <Suspense fallback={button}>
      <UserMenuItems target={button} />
    </Suspense>
  );
}
