import { Stack, Textarea } from '@mantine/core';
import { useEffect } from 'react';
import { closeShift, shiftKeys } from '@/api/shifts';
import { tillKeys } from '@/api/till';
import type { Shift } from '@/api/types';
import { useZone } from '@/app/identity';
import { Sum } from '@/components/Figures';
import { Form } from '@/components/form/Form';
import { useForm } from '@/components/form/useForm';
import { Card } from '@/components/Page';
import { SumInput } from '@/components/SumInput';
import { useT } from '@/i18n';
import { today } from '@/lib/dates';
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
  const { currency } = shift.opening;
  const zone = useZone();
  const readOf = (text: string) => {
    const counted = parseAmount(text, currency);
    const difference =
      counted === null ? null : minorOf(money(counted, currency)) - minorOf(shift.expected_cash);
    return { counted, difference };
  };
  const form = useForm({
    place: `close/${shift.id}/${today(zone)}`,
    initial: { counted: '', explanation: '' },
    check: (draft) => {
      const { counted, difference } = readOf(draft.counted);
      return {
        counted: counted === null ? t('problem.not_a_sum') : undefined,
        explanation: difference && draft.explanation.trim() === '' ? t('form.needed') : undefined,
      };
    },
    read: (draft) => ({
      id: shift.id,
      counted: money(readOf(draft.counted).counted ?? '0', currency),
      explanation: draft.explanation.trim() || undefined,
    }),
    save: closeShift,
    stale: [shiftKeys.all, tillKeys.now],
    onDone: onClosed,
  });
  const { draft } = form;
  const { counted, difference } = readOf(draft.counted);
  useEffect(() => onCounted(counted !== null), [counted]);

  return (
    <Card title={t('shift.close')}>
      <Form form={form} isNew wide submit={t('shift.close')}>
        <Stack>
          <SumInput
            size="xl"
            autoFocus={window.innerWidth > 760}
            label={t('shift.cash_counted')}
            description={t('shift.count_text')}
            currency={currency}
            required
            {...form.field('counted')}
            value={draft.counted}
            onText={(text) => form.set('counted', text)}
          />
          {difference !== null && (
            <div className={classes.difference} data-off={difference !== 0 || undefined}>
              <span>
                {difference === 0 ? t('shift.equal') : t(difference > 0 ? 'shift.over' : 'shift.short')}
              </span>
              <strong>
                <Sum of={fromMinor(difference, currency)} />
              </strong>
            </div>
          )}
          {Boolean(difference) && (
            <Textarea
              label={t('shift.explanation')}
              autosize
              minRows={2}
              required
              {...form.text('explanation')}
            />
          )}
        </Stack>
      </Form>
    </Card>
  );
}
