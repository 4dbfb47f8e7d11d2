import { UnstyledButton } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { memo } from 'react';
import type { TillNow } from '@/api/types';
import { Sum } from '@/components/Figures';
import { useT } from '@/i18n';
import classes from './Till.module.css';
import { ToolButton } from './ToolButton';
import type { TillCart } from './useCart';

export const waitingCarts = (now: TillNow) =>
  now.carts.filter((chip) => chip.id !== now.active_cart_id && chip.lines > 0);

/** Brings a cart that waits to this till; the one that is here waits in its place, or goes when it is empty. */
export async function bringCart(till: TillCart, id: string): Promise<void> {
  if ((till.cart?.lines.length ?? 0) > 0) await till.hold();
  else if (till.cart) await till.drop();
  await till.take(id);
}

type HoldProps = { till: TillCart; now: TillNow };
const holding = ({ till }: HoldProps) => till.cart && till.cart.lines.length > 0;

/** Sets the cart aside; with an empty one, brings back what waits. Only that decides what it looks like. */
export const HoldButton = memo(
  Hold,
  (before, now) => before.now === now.now && holding(before) === holding(now),
);

function Hold({ till, now }: HoldProps) {
  const t = useT();
  const busy = (till.cart?.lines.length ?? 0) > 0;
  const last = waitingCarts(now).at(-1);
  const holds = busy || !last;
  return (
    <ToolButton
      icon={holds ? <IconPlayerPause size={20} /> : <IconPlayerPlay size={20} />}
      name={holds ? t('till.hold') : t('till.bring')}
      shortcut="F6"
      disabled={!busy && !last}
      onClick={() => void (busy ? till.hold() : last && bringCart(till, last.id))}
    />
  );
}

/** Carts that wait, here or on another device; a tap or its key brings one to this till. */
export function HeldCarts({ till, now }: { till: TillCart; now: TillNow }) {
  const t = useT();
  const waiting = waitingCarts(now);
  if (waiting.length === 0) return null;
  return (
    <div className={classes.held}>
      {waiting.map((chip, index) => (
        <UnstyledButton
          key={chip.id}
          className={classes.chip}
          data-paying={chip.state === 'paying' || undefined}
          onClick={() => void bringCart(till, chip.id)}
        >
          <span className={classes.chipName}>
            {chip.state === 'paying'
              ? t('till.held_paying')
              : chip.customer_name || chip.label || t('till.held_lines', { count: chip.lines })}
          </span>
          <strong>
            <Sum of={chip.total} />
          </strong>
          {index < 9 && <kbd>Alt {index + 1}</kbd>}
        </UnstyledButton>
      ))}
    </div>
  );
}
