import { Button, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { saleByNumberQuery } from '@/api/sales';
import type { ReturnAnswer } from '@/api/types';
import { useScans } from '@/app/scans';
import { Card } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import { ReturnDone } from './ReturnDone';
import { ReturnLines } from './ReturnLines';
import classes from './Returns.module.css';

/** A return from its receipt: number or QR, then lines, then money back the way it came. */
export function ReturnFlow({ number = '', onDone }: { number?: string; onDone: () => void }) {
  const t = useT();
  const [text, setText] = useState(number);
  const [asked, setAsked] = useState(number);
  const [made, setMade] = useState<ReturnAnswer | null>(null);
  const sale = useQuery(saleByNumberQuery(asked));
  useScans((code) => {
    setText(code);
    setAsked(code);
  }, made === null);

  if (made) return <ReturnDone answer={made} onDone={onDone} />;
  return (
    <div className={classes.flow}>
      <Card title={t('return.which')}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const wanted = text.trim();
            if (wanted === asked) void sale.refetch();
            else setAsked(wanted);
          }}
        >
          <Stack>
            <TextInput
              size="lg"
              autoFocus
              label={t('return.number')}
              description={t('return.number_text')}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <ProblemNote error={sale.error} />
            <Button
              type="submit"
              size="lg"
              variant="default"
              loading={sale.isFetching}
              disabled={text.trim() === ''}
            >
              {t('return.find')}
            </Button>
          </Stack>
        </form>
      </Card>
      {sale.data && <ReturnLines key={sale.data.id} sale={sale.data} onMade={setMade} />}
    </div>
  );
}
