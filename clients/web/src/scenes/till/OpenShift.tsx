import { Stack, Text, Title } from '@mantine/core';
import { openShift, shiftKeys } from '@/api/shifts';
import { tillKeys } from '@/api/till';
import { useCurrency, useMay, useZone } from '@/app/identity';
import { Form } from '@/components/form/Form';
import { useForm } from '@/components/form/useForm';
import { SumInput } from '@/components/SumInput';
import { useT } from '@/i18n';
import { today } from '@/lib/dates';
import { money, parseAmount } from '@/lib/money';

/** The day begins with the cash that is in the drawer. */
export function OpenShift({ till }: { till: { id: string; name: string } }) {
  const t = useT();
  const may = useMay();
  const currency = useCurrency();
  const zone = useZone();
  const form = useForm({
    // What was counted on another day is nothing to begin this one with.
    place: `open/${till.id}/${today(zone)}`,
    initial: { counted: '' },
    check: ({ counted }) => ({
      counted: parseAmount(counted || '0', currency) === null ? t('problem.not_a_sum') : undefined,
    }),
    read: ({ counted }) => ({
      till_id: till.id,
      counted: money(parseAmount(counted || '0', currency) ?? '0', currency),
    }),
    save: openShift,
    stale: [tillKeys.now, shiftKeys.all],
  });

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
    <Stack w="100%" maw={420}>
      <Title order={1} size="h2">
        {t('shift.open_title')}
      </Title>
      <Text className="soft">{t('shift.open_text', { till: till.name })}</Text>
      <Form form={form} isNew wide submit={t('shift.open')}>
        <SumInput
          size="xl"
          autoFocus
          label={t('shift.cash_counted')}
          placeholder="0"
          currency={currency}
          {...form.field('counted')}
          value={form.draft.counted}
          onText={(counted) => form.set('counted', counted)}
        />
      </Form>
    </Stack>
  );
}
