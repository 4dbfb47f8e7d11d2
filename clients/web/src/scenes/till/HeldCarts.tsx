import { Button, UnstyledButton } from '@mantine/core';
import { IconPlayerPause } from '@tabler/icons-react';
import type { TillNow } from '@/api/types';
import { Sum } from '@/components/Figures';
import { useT } from '@/i18n';
import classes from './Till.module.css';
import type { TillCart } from './useCart';

/** Carts that wait, here or on another device; a tap brings one to this till. */
export function HeldCarts({ till, now }: { till: TillCart; now: TillNow }) {
  const t = useT();
  const waiting = now.carts.filter((chip) => chip.id !== now.active_cart_id && chip.lines > 0);
  const busy = (till.cart?.lines.length ?? 0) > 0;
  const bring = async (id: string) => {
    if (busy) await till.hold();
    await till.take(id);
  };
  return (
    <div className={classes.held}>
      <Button
        variant="default"
        h={48}
        disabled={!busy}
        leftSection={<IconPlayerPause size={20} />}
        onClick={() => void till.hold()}
      >
        {t('till.hold')} <kbd className={classes.key}>F6</kbd>
      </Button>
      {waiting.map((chip) => (
        <UnstyledButton key={chip.id} className={classes.chip} onClick={() => void bring(chip.id)}>
          <span>{chip.label || t('till.held_lines', { count: chip.lines })}</span>
          <strong>
            <Sum of={chip.total} />
          </strong>
        </UnstyledButton>
      ))}
    </div>
  );
}
