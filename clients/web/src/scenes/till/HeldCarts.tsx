import { UnstyledButton } from '@mantine/core';
import { IconPlayerPause } from '@tabler/icons-react';
import type { TillNow } from '@/api/types';
import { Sum } from '@/components/Figures';
import { useT } from '@/i18n';
import classes from './Till.module.css';
import { ToolButton } from './ToolButton';
import type { TillCart } from './useCart';

/** Carts that wait, here or on another device; a tap brings one to this till. */
export function HeldCarts({ till, now }: { till: TillCart; now: TillNow }) {
  const t = useT();
  const waiting = now.carts.filter((chip) => chip.id !== now.active_cart_id && chip.lines > 0);
  const busy = (till.cart?.lines.length ?? 0) > 0;
  const bring = async (id: string) => {
    if (busy) await till.hold();
    else if (till.cart) await till.drop();
    await till.take(id);
  };
  return (
    <div className={classes.held}>
      <ToolButton
        icon={<IconPlayerPause size={20} />}
        name={t('till.hold')}
        shortcut="F6"
        disabled={!busy}
        onClick={() => void till.hold()}
      />
      {waiting.map((chip) => (
        <UnstyledButton
          key={chip.id}
          className={classes.chip}
          data-paying={chip.state === 'paying' || undefined}
          onClick={() => void bring(chip.id)}
        >
          <span>
            {chip.state === 'paying'
              ? t('till.held_paying')
              : chip.label || chip.customer_name || t('till.held_lines', { count: chip.lines })}
          </span>
          <strong>
            <Sum of={chip.total} />
          </strong>
        </UnstyledButton>
      ))}
    </div>
  );
}
