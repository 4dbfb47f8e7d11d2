import { Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { moveCash, shiftKeys } from '@/api/shifts';
import { tillKeys } from '@/api/till';
import type { Shift } from '@/api/types';
import { useZone } from '@/app/identity';
import { sayDone } from '@/app/toasts';
import { Form } from '@/components/form/Form';
import { useForm } from '@/components/form/useForm';
import { Card } from '@/components/Page';
import { SumInput } from '@/components/SumInput';
import { useT } from '@/i18n';
import { today } from '@/lib/dates';
import { money, parseAmount } from '@/lib/money';

type MoveProps = { way: 'cash-in' | 'cash-out'; shift: Shift };

/** Money put into the drawer or taken out of it, one move after another. */
export function CashMove(props: MoveProps) {
  const t = useT();
  const [moves, setMoves] = useState(0);
  const { way } = props;
  return (
    <Card title={t(way === 'cash-in' ? 'shift.cash_in' : 'shift.cash_out')}>
      <Move
        key={moves}
        {...props}
        onDone={() => {
          sayDone(t(way === 'cash-in' ? 'shift.cash_in_done' : 'shift.cash_out_done'));
          setMoves(moves + 1);
        }}
      />
    </Card>
  );
}

/** One move, with the reason that the day's report will show. */
function Move({ way, shift, onDone }: MoveProps & { onDone: () => void }) {
  const t = useT();
  const { currency } = shift.opening;
  const zone = useZone();
  const form = useForm({
    place: `${way}/${shift.id}/${today(zone)}`,
    initial: { amount: '', reason: '' },
    check: (draft) => ({
      amount: Number(parseAmount(draft.amount, currency) ?? 0) === 0 ? t('problem.not_a_sum') : undefined,
      reason: draft.reason.trim() === '' ? t('form.needed') : undefined,
    }),
    read: (draft) => ({
      id: shift.id,
      way,
      amount: money(parseAmount(draft.amount, currency) ?? '0', currency),
      reason: draft.reason.trim(),
    }),
    save: moveCash,
    stale: [shiftKeys.all, tillKeys.now],
    onDone,
  });
  return (
    <Form form={form} isNew wide submit={t(way === 'cash-in' ? 'shift.cash_in_do' : 'shift.cash_out_do')}>
      <Stack>
        <SumInput
          size="lg"
          autoFocus
          label={t('common.sum')}
          currency={currency}
          required
          {...form.field('amount')}
          value={form.draft.amount}
          onText={(amount) => form.set('amount', amount)}
        />
        <TextInput label={t('common.reason')} required {...form.text('reason')} />
      </Stack>
    </Form>
  );
}
