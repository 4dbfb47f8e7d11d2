import { Button, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { fieldProblem } from '@/api/problem';
import { moveCash, shiftKeys } from '@/api/shifts';
import { tillKeys } from '@/api/till';
import type { Shift } from '@/api/types';
import { sayDone } from '@/app/toasts';
import { Card } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { SumInput } from '@/components/SumInput';
import { useT } from '@/i18n';
import { money, parseAmount } from '@/lib/money';

/** Money put into the drawer or taken out of it, with the reason that the day's report will show. */
export function CashMove({ way, shift }: { way: 'cash-in' | 'cash-out'; shift: Shift }) {
  const t = useT();
  const [text, setText] = useState('');
  const [reason, setReason] = useState('');
  const moving = useAction(moveCash, {
    stale: [shiftKeys.all, tillKeys.now],
    onDone: () => {
      setText('');
      setReason('');
      sayDone(t(way === 'cash-in' ? 'shift.cash_in_done' : 'shift.cash_out_done'));
    },
  });
  const amount = parseAmount(text, shift.opening.currency);
  return (
    <Card title={t(way === 'cash-in' ? 'shift.cash_in' : 'shift.cash_out')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (amount === null) return;
          moving.mutate({
            id: shift.id,
            way,
            amount: money(amount, shift.opening.currency),
            reason: reason.trim(),
          });
        }}
      >
        <Stack>
          <SumInput
            size="lg"
            autoFocus
            label={t('common.sum')}
            currency={shift.opening.currency}
            value={text}
            onText={setText}
            error={
              fieldProblem(moving.error, 'amount') ??
              (text !== '' && amount === null && t('problem.not_a_sum'))
            }
            required
          />
          <TextInput
            label={t('common.reason')}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            required
          />
          <ProblemNote error={moving.error} />
          <Button
            type="submit"
            size="lg"
            loading={moving.isPending}
            disabled={amount === null || Number(amount) === 0 || reason.trim() === ''}
          >
            {t(way === 'cash-in' ? 'shift.cash_in_do' : 'shift.cash_out_do')}
          </Button>
        </Stack>
      </form>
    </Card>
  );
}
