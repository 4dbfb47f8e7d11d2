import { ActionIcon, UnstyledButton } from '@mantine/core';
import { IconHome, IconLock } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { memo, type ReactNode } from 'react';
import type { ShiftChip } from '@/api/types';
import { CameraButton } from '@/app/CameraButton';
import { useIdentity } from '@/app/identity';
import { Lights } from '@/app/Lights';
import { useLock } from '@/app/lock';
import { sayProblem } from '@/app/toasts';
import { UserMenu } from '@/app/UserMenu';
import { useT } from '@/i18n';
import classes from './Till.module.css';

/** The narrow line above the till: the way out, the shift, the lights, the person. */
export const TillBar = memo(function TillBar({
  shift,
  onShift,
  children,
}: {
  shift: ShiftChip | null;
  onShift?: () => void;
  children?: ReactNode;
}) {
  const t = useT();
  const { till, store } = useIdentity();
  const locking = useLock();
  return (
    <header className={classes.bar}>
      <ActionIcon
        component={Link}
        to="/"
        variant="subtle"
        color="gray"
        size={44}
        aria-label={t('till.leave')}
      >
        <IconHome size={22} />
      </ActionIcon>
      <div className={classes.barName}>
        <strong>{till?.name ?? store.name}</strong>
        {shift && (
          <UnstyledButton
            className={classes.shift}
            data-overdue={shift.overdue || undefined}
            onClick={onShift}
          >
            {t(shift.overdue ? 'shift.overdue_short' : 'shift.open_short', { number: shift.number })}{' '}
            <kbd>F8</kbd>
          </UnstyledButton>
        )}
      </div>
      {children}
      <span className={classes.camera}>
        <CameraButton />
      </span>
      <Lights />
      <ActionIcon
        className={classes.lock}
        variant="subtle"
        color="gray"
        size={44}
        aria-label={t('frame.lock')}
        onClick={() => locking.mutate(null, { onError: sayProblem })}
      >
        <IconLock size={22} />
      </ActionIcon>
      <UserMenu />
    </header>
  );
});
