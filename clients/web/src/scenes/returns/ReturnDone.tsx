import { Button, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { returnQuery } from '@/api/sales';
import type { PaymentState, ReturnDocument } from '@/api/types';
import { Facts } from '@/components/Facts';
import { Quantity, Sum } from '@/components/Figures';
import { type LightColor, Spot } from '@/components/Light';
import { Card } from '@/components/Page';
import { useT } from '@/i18n';

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

/** The return as it stands, each part of the money with its own state. */
export function ReturnDone(props: { id: string; initial?: ReturnDocument; onDone?: () => void }) {
  const t = useT();
  const { data } = useQuery({ ...returnQuery(props.id), initialData: props.initial });
  if (!data) return null;
  return (
    <Stack maw={640} mx="auto">
      <Card title={t('return.number_is', { number: data.number })}>
        <Facts
          rows={[
            ...data.lines.map((line): [string, ReactNode] => [
              line.name,
              <span key={line.line}>
                <Quantity of={line.quantity} /> · <Sum of={line.sum} />
              </span>,
            ]),
            [t('return.reason'), data.reason],
            [t('till.total'), <Sum key="t" of={data.total} />],
          ]}
        />
      </Card>
      <Card title={t('return.money_back')}>
        {data.payments.map((payment) => (
          <div key={payment.method}>
            <Facts rows={[[t(`payment.method.${payment.method}`), <Sum key="s" of={payment.amount} />]]} />
            <Spot color={COLOR[payment.state]}>
              {payment.detail ||
                (payment.state === 'noted'
                  ? t(`return.noted.${payment.method}`)
                  : t(`return.state.${payment.state}`))}
            </Spot>
          </div>
        ))}
      </Card>
      {props.onDone && (
        <Button size="xl" onClick={props.onDone} autoFocus>
          {t('common.done')}
        </Button>
      )}
    </Stack>
  );
}
