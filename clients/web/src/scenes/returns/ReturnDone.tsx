import { Button, Loader, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useAction } from '@/api/action';
import { pendingReturnQuery, resumeReturn, salesKeys } from '@/api/sales';
import type { PaymentState, ReturnAnswer, Sale, SalePayment } from '@/api/types';
import { useMay } from '@/app/identity';
import { Facts } from '@/components/Facts';
import { Quantity, Sum } from '@/components/Figures';
import { type LightColor, Spot } from '@/components/Light';
import { Card } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import { useLive } from '@/live/socket';

const COLOR: Record<PaymentState, LightColor> = {
  noted: 'good',
  succeeded: 'good',
  decided_paid: 'good',
  intent: 'idle',
  starting: 'idle',
  waiting: 'idle',
  unknown: 'warn',
  failed: 'bad',
  decided_unpaid: 'bad',
};

/** What became of a return: done at once, or waiting until the terminal has given the money back. */
export function ReturnDone({ answer, onDone }: { answer: ReturnAnswer; onDone: () => void }) {
  const t = useT();
  useLive('sales');
  const pending = useQuery(pendingReturnQuery(answer.pending_id));
  const now = pending.data ?? answer;
  return (
    <Stack maw={640} mx="auto">
      {now.state === 'waiting' && (
        <Card title={t('return.waiting')}>
          <Loader mx="auto" />
          <MoneyBack payments={now.payments} />
        </Card>
      )}
      {now.state === 'in_part' && now.pending_id !== null && (
        <InPart id={now.pending_id} payments={now.payments} />
      )}
      {now.state === 'dropped' && (
        <Card title={t('return.dropped')}>
          <Text>{t('return.dropped_text')}</Text>
          <MoneyBack payments={now.payments} />
        </Card>
      )}
      {now.return && <ReturnDocument document={now.return} />}
      {(now.state === 'done' || now.state === 'dropped') && (
        <Button size="xl" onClick={onDone} autoFocus>
          {t('common.done')}
        </Button>
      )}
    </Stack>
  );
}

/** A part of the money went back and a part did not: a person says how the rest does. */
function InPart({ id, payments }: { id: string; payments: SalePayment[] }) {
  const t = useT();
  const may = useMay();
  const resuming = useAction(resumeReturn, { stale: [salesKeys.all] });
  return (
    <Card title={t('return.in_part')}>
      <Stack>
        <Text>{t('return.in_part_text')}</Text>
        <MoneyBack payments={payments} />
        <ProblemNote error={resuming.error} />
        <Button
          size="lg"
          loading={resuming.isPending && resuming.variables?.by === 'terminal'}
          disabled={resuming.isPending}
          onClick={() => resuming.mutate({ id, by: 'terminal' })}
        >
          {t('return.again_by_terminal')}
        </Button>
        {may('payments.decide') ? (
          <Button
            size="lg"
            variant="default"
            loading={resuming.isPending && resuming.variables?.by === 'cash'}
            disabled={resuming.isPending}
            onClick={() => resuming.mutate({ id, by: 'cash' })}
          >
            {t('return.rest_in_cash')}
          </Button>
        ) : (
          <Text className="soft">{t('return.rest_by_manager')}</Text>
        )}
      </Stack>
    </Card>
  );
}

/** A return as it is written down. */
export function ReturnDocument({ document }: { document: Sale }) {
  const t = useT();
  return (
    <>
      <Card title={t('return.number_is', { number: document.number })}>
        <Facts
          rows={[
            ...document.lines.map((line): [string, ReactNode] => [
              line.name,
              <span key={line.line}>
                <Quantity of={line.quantity} unit={line.unit} /> · <Sum of={line.sum} />
              </span>,
            ]),
            Boolean(document.sale_number) && [t('return.of_sale'), document.sale_number],
            Boolean(document.reason) && [t('return.reason'), document.reason],
            [t('till.total'), <Sum key="t" of={document.total} />],
          ]}
        />
      </Card>
      <Card title={t('return.money_back')}>
        <MoneyBack payments={document.payments} />
      </Card>
    </>
  );
}

function MoneyBack({ payments }: { payments: SalePayment[] }) {
  const t = useT();
  return payments.map((payment, index) => {
    const state = payment.state ?? 'noted';
    return (
      <div key={index}>
        <Facts rows={[[t(`payment.method.${payment.method}`), <Sum key="s" of={payment.amount} />]]} />
        <Spot color={COLOR[state]}>
          {state === 'noted' ? t(`return.noted.${payment.method}`) : t(`return.state.${state}`)}
        </Spot>
      </div>
    );
  });
}
