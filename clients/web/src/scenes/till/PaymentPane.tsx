import { ActionIcon, Button, CloseButton } from '@mantine/core';
import { IconArrowLeft, IconBuildingBank, IconCash, IconCreditCard, IconQrcode } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ComponentType, useEffect, useState } from 'react';
import { paymentQuery } from '@/api/till';
import type { Cart, CartPayment, PaymentMethod } from '@/api/types';
import { useShortcuts } from '@/app/shortcuts';
import { Sum } from '@/components/Figures';
import { useT } from '@/i18n';
import { isZero } from '@/lib/money';
import { CashEntry } from './CashEntry';
import { OtherEntry } from './OtherEntry';
import classes from './Payment.module.css';
import { TerminalPayment } from './TerminalPayment';
import { TerminalAdvice, TerminalPicture } from './TerminalPicture';
import type { TillCart } from './useCart';

const METHODS: { method: PaymentMethod; icon: ComponentType<{ size?: number }>; key: string }[] = [
  { method: 'cash', icon: IconCash, key: 'F1' },
  { method: 'kaspi', icon: IconQrcode, key: 'F2' },
  { method: 'card', icon: IconCreditCard, key: 'F3' },
  { method: 'transfer', icon: IconBuildingBank, key: 'F4' },
];
const RUNNING = ['intent', 'starting', 'waiting', 'unknown'];
const SETTLED = ['noted', 'succeeded', 'decided_paid'];

/** Payment takes the place of finding: what is due, the way, and one tap that ends the sale. */
export function PaymentPane({ till, cart, onBack }: { till: TillCart; cart: Cart; onBack: () => void }) {
  const t = useT();
  const [method, setMethod] = useState<PaymentMethod>('cash');
  const busy = till.pending.use() > 0;
  const running = cart.payments.find((payment) => RUNNING.includes(payment.state));
  const settled = cart.payments.filter((payment) => SETTLED.includes(payment.state));
  const last = cart.payments.at(-1);
  const refused = last && ['failed', 'decided_unpaid'].includes(last.state) ? last : null;
  const paid = isZero(cart.due) && settled.length > 0 && !running;

  // Paid in full: the sale completes itself, whatever device the last payment came from.
  useEffect(() => {
    if (paid) void till.complete();
  }, [paid, cart.id]);
  useShortcuts(Object.fromEntries(METHODS.map((way) => [way.key, () => setMethod(way.method)])), {
    active: !running,
  });

  return (
    <div className={classes.pane}>
      <div className={classes.head}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={48}
          disabled={settled.length > 0 || Boolean(running)}
          onClick={onBack}
          aria-label={t('payment.back')}
        >
          <IconArrowLeft size={24} />
        </ActionIcon>
        <div className={classes.due}>
          <span>{settled.length > 0 ? t('payment.rest') : t('payment.due')}</span>
          <strong>
            <Sum of={running ? running.amount : cart.due} />
          </strong>
        </div>
      </div>
      {settled.length > 0 && (
        <ul className={classes.settled}>
          {settled.map((payment) => (
            <SettledPayment
              key={payment.id}
              payment={payment}
              onRemove={() => void till.removePayment(payment.id)}
            />
          ))}
        </ul>
      )}
      {running && (
        <TerminalPayment
          key={running.id}
          payment={running}
          cartId={cart.id}
          onAside={() => void till.hold().then(onBack)}
        />
      )}
      {refused && !running && <Refused payment={refused} cartId={cart.id} />}
      {paid && (
        <Button size="xl" h={72} loading={busy} onClick={() => void till.complete()}>
          {t('payment.finish')}
        </Button>
      )}
      {!running && !paid && (
        <>
          <div className={classes.methods} role="radiogroup" aria-label={t('payment.way')}>
            {METHODS.map(({ method: way, icon: Icon, key }) => (
              // biome-ignore lint/a11y/useSemanticElements: large tiles with icons, chosen like radio buttons
              <button
                key={way}
                type="button"
                role="radio"
                aria-checked={method === way}
                className={classes.method}
                onClick={() => setMethod(way)}
              >
                <Icon size={26} />
                <span>{t(`payment.method.${way}`)}</span>
                <kbd>{key}</kbd>
              </button>
            ))}
          </div>
          {method === 'cash' ? (
            <CashEntry key={cart.due.amount} cart={cart} till={till} />
          ) : (
            <OtherEntry key={`${method}-${cart.due.amount}`} method={method} cart={cart} till={till} />
          )}
        </>
      )}
    </div>
  );
}

/** Why the terminal took no money, in a sentence that says what to do. */
function Refused({ payment, cartId }: { payment: CartPayment; cartId: string }) {
  const t = useT();
  const said = useQuery(paymentQuery(cartId, payment.id)).data;
  return (
    <div className={classes.refused} role="alert">
      <TerminalPicture step="failed" />
      <div>
        <strong>{said?.detail || t(`payment.state.${payment.state}`)}</strong>
        <TerminalAdvice step="failed" />
      </div>
    </div>
  );
}

function SettledPayment({ payment, onRemove }: { payment: CartPayment; onRemove: () => void }) {
  const t = useT();
  return (
    <li>
      <span>{t(`payment.method.${payment.method}`)}</span>
      <strong>
        <Sum of={payment.amount} />
      </strong>
      {payment.state === 'noted' && (
        <CloseButton size="lg" aria-label={t('payment.remove')} onClick={onRemove} />
      )}
    </li>
  );
}
