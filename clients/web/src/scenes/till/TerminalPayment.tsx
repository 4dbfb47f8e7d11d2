import { Button, Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useAction } from '@/api/action';
import { cartQuery, checkPayment, decidePayment, paymentQuery, tillKeys } from '@/api/till';
import type { CartPayment } from '@/api/types';
import { useMay } from '@/app/identity';
import { Sum } from '@/components/Figures';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import classes from './Payment.module.css';
import { TerminalAdvice, TerminalPicture } from './TerminalPicture';
import { stepOf } from './terminalStep';

const AskModal = lazy(() => import('@/components/AskModal').then((m) => ({ default: m.AskModal })));

const POLL_MS = 2000;
/** From here on a cashier begins to wonder, so asking the terminal is offered. */
const PATIENCE_S = 25;

/** A payment on the terminal: its true state in words, never a guess. */
export function TerminalPayment({
  payment,
  cartId,
  onAside,
}: {
  payment: CartPayment;
  cartId: string;
  onAside: () => void;
}) {
  const t = useT();
  const may = useMay();
  const [deciding, setDeciding] = useState<'paid' | 'not_paid' | null>(null);
  // The live link brings news; asking as well keeps the truth when the link is down.
  useQuery({ ...cartQuery(cartId), refetchInterval: POLL_MS, staleTime: 0 });
  const said = useQuery({ ...paymentQuery(cartId, payment.id), refetchInterval: POLL_MS, staleTime: 0 }).data;
  const stale = [tillKeys.cart(cartId)];
  const checking = useAction(checkPayment, { stale });
  const decide = useAction(decidePayment, { stale, onDone: () => setDeciding(null) });
  const seconds = useSeconds(payment.started_at);
  const unknown = payment.state === 'unknown';
  const step = stepOf(payment.state, said);
  const head = t(`payment.state.${payment.state}`);
  const words = said?.detail || t(`payment.state_text.${unknown ? 'unknown' : 'running'}`);

  return (
    <div className={classes.terminal} data-unknown={unknown || undefined} role="status" aria-live="polite">
      <Stack align="center" gap="md">
        <TerminalPicture step={step} />
        <div className={classes.words}>
          <strong>{head}</strong>
          {!words.startsWith(head) && <span>{words}</span>}
          {words.startsWith(head) && <span>{words.slice(head.length).replace(/^[:.…\s]+/, '')}</span>}
          <span className="soft">
            <Sum of={payment.amount} /> · {t('payment.seconds', { count: seconds })}
          </span>
        </div>
        <TerminalAdvice step={step} />
        {(unknown || seconds > PATIENCE_S) && said?.can_check !== false && (
          <Button
            size="lg"
            variant={unknown ? 'filled' : 'default'}
            loading={checking.isPending}
            onClick={() => checking.mutate(payment.id)}
          >
            {t('payment.check')}
          </Button>
        )}
        <ProblemNote error={checking.error} />
        {unknown &&
          said?.can_decide !== false &&
          (may('payments.decide') ? (
            <Group justify="center">
              <Button variant="default" onClick={() => setDeciding('paid')}>
                {t('payment.decide_paid')}
              </Button>
              <Button variant="default" onClick={() => setDeciding('not_paid')}>
                {t('payment.decide_not_paid')}
              </Button>
            </Group>
          ) : (
            <span className="soft">{t('payment.ask_to_decide')}</span>
          ))}
        {(unknown || seconds > PATIENCE_S) && (
          <Button variant="subtle" onClick={onAside}>
            {t('payment.aside')}
          </Button>
        )}
      </Stack>
      {deciding && (
        <Suspense fallback={null}>
          <AskModal
            opened
            onClose={() => setDeciding(null)}
            title={deciding === 'paid' ? t('payment.decide_paid') : t('payment.decide_not_paid')}
            text={t('payment.decide_text')}
            reason={t('payment.decide_reason')}
            confirm={t('common.confirm')}
            busy={decide.isPending}
            error={decide.error}
            onConfirm={(reason) => decide.mutate({ id: payment.id, outcome: deciding, reason })}
          />
        </Suspense>
      )}
    </div>
  );
}

function useSeconds(since: string | null): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, Math.floor((now - (since === null ? now : Date.parse(since))) / 1000));
}
