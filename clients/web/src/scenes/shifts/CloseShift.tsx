import { Button, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { fieldProblem } from '@/api/problem';
import { closeShift, shiftKeys } from '@/api/shifts';
import { tillKeys } from '@/api/till';
import type { Shift } from '@/api/types';
import { Sum } from '@/components/Figures';
import { Card } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { SumInput } from '@/components/SumInput';
import { useT } from '@/i18n';
import { fromMinor, minorOf, money, parseAmount } from '@/lib/money';
import classes from './Shift.module.css';

/** Count the drawer; what is missing or too much is said at once, and explained. */
export function CloseShift({
  shift,
  onCounted,
  onClosed,
}: {
  shift: Shift;
  /** Whether a sum is entered: from then on nothing is given away by showing what should be there. */
  onCounted: (counted: boolean) => void;
  onClosed: (shift: Shift) => void;
}) {
  const t = useT();
  const currency = shift.opening.currency;
  const [text, setText] = useState('');
  const [explanation, setExplanation] = useState('');
  const closing = useAction(closeShift, { stale: [shiftKeys.all, tillKeys.now], onDone: onClosed });
  const counted = parseAmount(text, currency);
  const difference =
    counted === null ? null : minorOf(money(counted, currency)) - minorOf(shift.expected_cash);
  const off = difference !== null && difference !== 0;

  return (
    <Card title={t('shift.close')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (counted === null) return;
          closing.mutate({
            id: shift.id,
            counted: money(counted, currency),
            explanation: explanation.trim() || undefined,
          });
        }}
      >
        <Stack>
          <SumInput
            size="xl"
            autoFocus={window.innerWidth > 760}
            label={t('shift.cash_counted')}
            description={t('shift.count_text')}
            currency={currency}
            value={text}
            onText={(next) => {
              setText(next);
              onCounted(parseAmount(next, currency) !== null);
            }}
            error={
              fieldProblem(closing.error, 'counted') ??
              (text !== '' && counted === null && t('problem.not_a_sum'))
            }
            required
          />
          {difference !== null && (
            <div className={classes.difference} data-off={off || undefined}>
              <span>{off ? t(difference > 0 ? 'shift.over' : 'shift.short') : t('shift.equal')}</span>
              <strong>
                <Sum of={fromMinor(difference, currency)} />
              </strong>
            </div>
          )}
          {off && (
            <Textarea
              label={t('shift.explanation')}
              value={explanation}
              autosize
              minRows={2}
              error={fieldProblem(closing.error, 'explanation')}
              onChange={(event) => setExplanation(event.currentTarget.value)}
              required
            />
          )}
          <ProblemNote error={closing.error} />
          <Button
            type="submit"
            size="xl"
            loading={closing.isPending}
            disabled={counted === null || (off && explanation.trim() === '')}
          >
            {t('shift.close')}
          </Button>
        </Stack>
      </form>
    </Card>
  );
}
