import { Button, Group, Loader, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useAction } from '@/api/action';
import { cartQuery, checkPayment, decidePayment, tillKeys } from '@/api/till';
import type { CartPayment } from '@/api/types';
import { useMay } from '@/app/identity';
import { AskModal } from '@/components/AskModal';
import { Sum } from '@/components/Figures';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import classes from './Payment.module.css';

const POLL_MS = 2000;
/** From here on a cashier begins to wonder, so asking the terminal is offered. */
const PATIENCE_S = 25;

/** A payment on the terminal: its true state in words, never a guess. */
export function TerminalPayment({ payment, cartId }: { payment: CartPayment; cartId: string }) {
  const t = useT();
  const may = useMay();
  const [deciding, setDeciding] = useState<'paid' | 'not_paid' | null>(null);
  // The live link brings news; asking as well keeps the truth when the link is down.
  useQuery({ ...cartQuery(cartId), refetchInterval: POLL_MS, staleTime: 0 });
  const stale = [tillKeys.cart(cartId)];
  const checking = useAction(checkPayment, { stale });
  const decide = useAction(decidePayment, { stale, onDone: () => setDeciding(null) });
  const seconds = useSeconds(payment.started_at);
  const unknown = payment.state === 'unknown';

  return (
    <div className={classes.terminal} data-unknown={unknown || undefined} role="status" aria-live="polite">
      <Stack align="center" gap="md">
        <Loader size="lg" type={unknown ? 'dots' : 'oval'} />
        <div className={classes.words}>
          <strong>{t(`payment.state.${payment.state}`)}</strong>
          <span>{payment.detail || t(`payment.state_text.${unknown ? 'unknown' : 'running'}`)}</span>
          <span className="soft">
            <Sum of={payment.amount} /> · {t('payment.seconds', { count: seconds })}
          </span>
        </div>
        {(unknown || seconds > PATIENCE_S) && (
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
      </Stack>
      <AskModal
        opened={deciding !== null}
        onClose={() => setDeciding(null)}
        title={deciding === 'paid' ? t('payment.decide_paid') : t('payment.decide_not_paid')}
        text={t('payment.decide_text')}
        reason={t('payment.decide_reason')}
        confirm={t('common.confirm')}
        busy={decide.isPending}
        error={decide.error}
        onConfirm={(reason) => deciding && decide.mutate({ id: payment.id, outcome: deciding, reason })}
      />
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
