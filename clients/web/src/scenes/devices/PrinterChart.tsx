import { Button, Checkbox, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { answerChart, deviceKeys, printChart } from '@/api/devices';
import { sayDone } from '@/app/toasts';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';

const QUESTIONS = ['raster', 'kazakh', 'width', 'qr', 'cut', 'drawer'] as const;

/** Prints a chart and asks what came out, so that the hub knows what this printer can do. */
export function PrinterChart({ id }: { id: string }) {
  const t = useT();
  const [answers, setAnswers] = useState<Record<string, boolean>>({});
  const printing = useAction(printChart, { onDone: () => sayDone(t('device.chart_sent')) });
  const saving = useAction(answerChart, {
    stale: [deviceKeys.all],
    onDone: () => sayDone(t('common.saved')),
  });
  return (
    <Stack>
      <Text>{t('device.chart_text')}</Text>
      <Button variant="default" loading={printing.isPending} onClick={() => printing.mutate(id)}>
        {t('device.chart_print')}
      </Button>
      {QUESTIONS.map((question) => (
        <Checkbox
          key={question}
          label={t(`device.chart_question.${question}`)}
          checked={answers[question] ?? false}
          onChange={(event) => setAnswers({ ...answers, [question]: event.currentTarget.checked })}
        />
      ))}
      <ProblemNote error={printing.error ?? saving.error} />
      <Button
        loading={saving.isPending}
        onClick={() =>
          saving.mutate({
            id,
            answers: Object.fromEntries(QUESTIONS.map((question) => [question, answers[question] ?? false])),
          })
        }
      >
        {t('device.chart_save')}
      </Button>
    </Stack>
  );
}
