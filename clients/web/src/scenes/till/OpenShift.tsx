import { Button, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { openShift, shiftKeys } from '@/api/shifts';
import { tillKeys } from '@/api/till';
import { useCurrency, useMay } from '@/app/identity';
import { ProblemNote } from '@/components/ProblemNote';
import { SumInput } from '@/components/SumInput';
import { useT } from '@/i18n';
import { money, parseAmount } from '@/lib/money';

/** The day begins with the cash that is in the drawer. */
export function OpenShift({ till }: { till: { id: string; name: string } }) {
  const t = useT();
  const may = useMay();
  const currency = useCurrency();
  const [text, setText] = useState('');
  const opening = useAction(openShift, { stale: [tillKeys.now, shiftKeys.all] });
  const amount = parseAmount(text || '0', currency);

  if (!may('shift.open')) {
    return (
      <Stack maw={420}>
        <Title order={1} size="h2">
          {t('shift.closed_title')}
        </Title>
        <Text>{t('shift.ask_to_open')}</Text>
      </Stack>
    );
  }
  return (
    <form
      style={{ width: '100%', maxWidth: 420 }}
      onSubmit={(event) => {
        event.preventDefault();
        if (amount !== null) opening.mutate({ till_id: till.id, counted: money(amount, currency) });
      }}
    >
      <Stack>
        <Title order={1} size="h2">
          {t('shift.open_title')}
        </Title>
        <Text className="soft">{t('shift.open_text', { till: till.name })}</Text>
        <SumInput
          size="xl"
          autoFocus
          label={t('shift.cash_counted')}
          placeholder="0"
          currency={currency}
          value={text}
          onText={setText}
          error={amount === null && t('problem.not_a_sum')}
        />
        <ProblemNote error={opening.error} />
        <Button type="submit" size="xl" loading={opening.isPending} disabled={amount === null}>
          {t('shift.open')}
        </Button>
      </Stack>
    </form>
  );
}
