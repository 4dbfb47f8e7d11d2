import { ActionIcon, Button } from '@mantine/core';
import { IconArrowLeft, IconDiscount, IconTrash, IconUser } from '@tabler/icons-react';
import { lazy, memo, Suspense, useEffect, useRef, useState } from 'react';
import { useMay } from '@/app/identity';
import { Sum } from '@/components/Figures';
import { useT } from '@/i18n';
import { isZero } from '@/lib/money';
import classes from './Cart.module.css';
import { CartLineRow } from './CartLineRow';
import { CartTotals } from './CartTotals';
import type { TillCart } from './useCart';

const AskModal = lazy(() => import('@/components/AskModal').then((m) => ({ default: m.AskModal })));

/** The receipt in the making, and the biggest thing on the screen: the button with the sum. */
export function CartPane(props: {
  till: TillCart;
  selected: string | null;
  stage: 'find' | 'payment' | 'after';
  onSelect: (line: string) => void;
  onPay: () => void;
  onCustomer: () => void;
  onDiscount: () => void;
  onBack: () => void;
}) {
  const t = useT();
  const { till, stage } = props;
  const { cart } = till;
  const [emptying, setEmptying] = useState(false);
  const lines = useRef<HTMLDivElement>(null);
  const count = cart?.lines.length ?? 0;
  const lastLine = useRef<string | undefined>(undefined);
  lastLine.current = cart?.lines.at(-1)?.id;
  const open = stage === 'find' && cart?.state !== 'paying';

  /** Whether somebody scrolled back to earlier lines. */
  const back = useRef(false);

  // The line just scanned is always in sight. The list stays at its end by itself: to ask for the place of a line lays the
  // whole page out once more.
  useEffect(() => {
    const line = till.touched?.line;
    if (!line || (!back.current && line === lastLine.current)) return;
    const frame = requestAnimationFrame(() =>
      lines.current?.querySelector(`[data-line="${line}"]`)?.scrollIntoView({ block: 'nearest' }),
    );
    return () => cancelAnimationFrame(frame);
  }, [till.touched]);

  return (
    <aside className={classes.pane} aria-label={t('till.receipt')}>
      {stage === 'find' && (
        <CartHead
          customer={cart?.customer?.name}
          changeable={open && count > 0}
          onBack={props.onBack}
          onCustomer={props.onCustomer}
          onDiscount={props.onDiscount}
          onEmpty={() => setEmptying(true)}
        />
      )}
      <div
        className={classes.lines}
        data-long={count > LONG || undefined}
        ref={lines}
        onScroll={(event) => {
          back.current = event.currentTarget.scrollTop < -1;
        }}
      >
        {count === 0 ? (
          <div className={classes.hint}>
            <strong>{t(stage === 'after' ? 'till.next_title' : 'till.empty_title')}</strong>
            <span className="soft">{t(stage === 'after' ? 'till.next_text' : 'till.empty_text')}</span>
          </div>
        ) : (
          <div className={classes.list}>
            {cart?.lines.map((line) => (
              <CartLineRow
                key={`${cart.id}/${line.id}`}
                cart={cart.id}
                line={line}
                till={till}
                editable={open}
                selected={line.id === props.selected}
                glowAt={till.touched?.line === line.id ? till.touched.at : 0}
                onSelect={() => props.onSelect(line.id)}
              />
            ))}
          </div>
        )}
      </div>
      <Busy pending={till.pending} />
      {cart && count > 0 && <CartTotals cart={cart} />}
      {stage === 'find' && (
        <Button
          className={classes.pay}
          mih={76}
          disabled={!cart || count === 0 || (isZero(cart.total) && isZero(cart.subtotal))}
          onClick={props.onPay}
        >
          <span>{t('till.pay')}</span>
          {cart && count > 0 && <Sum of={cart.total} />}
          <kbd>F9</kbd>
        </Button>
      )}
      {emptying && (
        <Suspense fallback={null}>
          <AskModal
            opened
            onClose={() => setEmptying(false)}
            title={t('till.empty')}
            text={t('till.empty_ask')}
            confirm={t('till.empty')}
            danger
            busy={false}
            onConfirm={() => {
              setEmptying(false);
              void till.drop();
            }}
          />
        </Suspense>
      )}
    </aside>
  );
}

type HeadProps = {
  customer: string | undefined;
  /** There is something in the receipt, and it may still be changed. */
  changeable: boolean;
  onBack: () => void;
  onCustomer: () => void;
  onDiscount: () => void;
  onEmpty: () => void;
};

/** Who buys, what is taken off, and away with it all. A scan changes none of it. */
const CartHead = memo(
  function CartHead(props: HeadProps) {
    const t = useT();
    const may = useMay();
    return (
      <div className={classes.head}>
        <ActionIcon
          className={classes.back}
          variant="subtle"
          color="gray"
          size={44}
          onClick={props.onBack}
          aria-label={t('common.back')}
        >
          <IconArrowLeft size={22} />
        </ActionIcon>
        <Button
          variant={props.customer ? 'light' : 'default'}
          h={44}
          px="sm"
          className={classes.customer}
          leftSection={<IconUser size={20} />}
          disabled={!props.changeable}
          onClick={props.onCustomer}
        >
          <span className={classes.cut}>{props.customer ?? t('till.customer')}</span>
          <kbd>F3</kbd>
        </Button>
        {may('sales.discount') && (
          <Button
            variant="default"
            h={44}
            px="sm"
            disabled={!props.changeable}
            onClick={props.onDiscount}
            leftSection={<IconDiscount size={20} />}
          >
            <span className={classes.cut}>{t('till.discount')}</span>
            <kbd>F4</kbd>
          </Button>
        )}
        <ActionIcon
          variant="subtle"
          color="gray"
          size={44}
          disabled={!props.changeable}
          aria-label={t('till.empty')}
          onClick={props.onEmpty}
        >
          <IconTrash size={20} />
        </ActionIcon>
      </div>
    );
  },
  (before, now) => before.customer === now.customer && before.changeable === now.changeable,
);

/** Lines that a screen holds, and some. */
const LONG = 40;

/** Steps are answered before anybody could see that they are under way; only what takes longer is shown. */
const UNSEEN_MS = 150;

function Busy({ pending }: { pending: TillCart['pending'] }) {
  const t = useT();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      if (pending.get() > 0) {
        timer ??= setTimeout(() => setShown(true), UNSEEN_MS);
        return;
      }
      clearTimeout(timer);
      timer = undefined;
      setShown(false);
    };
    look();
    const stop = pending.subscribe(look);
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [pending]);
  return shown ? <div className={classes.busy} role="progressbar" aria-label={t('common.loading')} /> : null;
}
