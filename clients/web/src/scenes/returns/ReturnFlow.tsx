import { Button, SegmentedControl, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { latestSalesQuery, pendingReturnQuery, saleByNumberQuery } from '@/api/sales';
import type { ReturnAnswer } from '@/api/types';
import { useMay } from '@/app/identity';
import { ScenePending } from '@/app/SceneStates';
import { useScans } from '@/app/scans';
import { Sum } from '@/components/Figures';
import { Card } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { When } from '@/components/When';
import { useT } from '@/i18n';
import { ReturnDone } from './ReturnDone';
import { ReturnLines } from './ReturnLines';
import classes from './Returns.module.css';

const FreeReturn = lazy(() => import('./FreeReturn').then((m) => ({ default: m.FreeReturn })));

/** A return: from its receipt, by number, QR or the list of the latest; or, with the right, without one. */
export function ReturnFlow({ number = '', onDone }: { number?: string; onDone: () => void }) {
  const t = useT();
  const may = useMay();
  const byReceipt = may('sales.return');
  const free = may('sales.return_without_receipt');
  const [way, setWay] = useState<'receipt' | 'free'>(byReceipt ? 'receipt' : 'free');
  const [made, setMade] = useState<ReturnAnswer | null>(null);

  if (made) return <ReturnDone answer={made} onDone={onDone} />;
  return (
    <div className={classes.flow}>
      {byReceipt && free && number === '' && (
        <SegmentedControl
          size="md"
          data={[
            { value: 'receipt', label: t('return.by_receipt') },
            { value: 'free', label: t('return.without_receipt') },
          ]}
          value={way}
          onChange={(value) => setWay(value as 'receipt' | 'free')}
        />
      )}
      {way === 'receipt' ? (
        <ByReceipt number={number} onMade={setMade} />
      ) : (
        <Suspense fallback={<ScenePending />}>
          <FreeReturn onMade={setMade} />
        </Suspense>
      )}
    </div>
  );
}

function ByReceipt({ number, onMade }: { number: string; onMade: (made: ReturnAnswer) => void }) {
  const t = useT();
  const [text, setText] = useState(number);
  const [asked, setAsked] = useState(number);
  const sale = useQuery(saleByNumberQuery(asked));
  const find = (wanted: string) => {
    setText(wanted);
    if (wanted === asked) void sale.refetch();
    else setAsked(wanted);
  };
  useScans(find);
  return (
    <>
      <Card title={t('return.which')}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            find(text.trim());
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
              variant={sale.data ? 'default' : 'filled'}
              loading={sale.isFetching}
              disabled={text.trim() === ''}
            >
              {t('return.find')}
            </Button>
          </Stack>
        </form>
      </Card>
      {sale.data?.pending_return_id ? (
        <Pending id={sale.data.pending_return_id} onMade={onMade} />
      ) : sale.data ? (
        <ReturnLines key={sale.data.id} sale={sale.data} onMade={onMade} />
      ) : (
        <Latest onChoose={find} />
      )}
    </>
  );
}

/** A return of this sale that was begun and is not finished: it comes first. */
function Pending({ id, onMade }: { id: string; onMade: (made: ReturnAnswer) => void }) {
  const t = useT();
  const pending = useQuery(pendingReturnQuery(id));
  return (
    <Card title={t('return.begun')}>
      <Stack>
        <Text>{t('return.begun_text')}</Text>
        <ProblemNote error={pending.error} />
        <Button
          size="lg"
          disabled={!pending.data}
          onClick={() => pending.data && onMade({ ...pending.data, pending_id: id })}
        >
          {t('return.go_on')}
        </Button>
      </Stack>
    </Card>
  );
}

/** The receipts of the last hours: the usual return comes minutes after its sale. */
function Latest({ onChoose }: { onChoose: (number: string) => void }) {
  const t = useT();
  const may = useMay();
  const latest = useQuery({ ...latestSalesQuery, enabled: may('sales.view') });
  if (!latest.data || latest.data.items.length === 0) return null;
  return (
    <Card title={t('return.latest')}>
      <div>
        {latest.data.items.map((row) => (
          <UnstyledButton key={row.id} className={classes.latest} onClick={() => onChoose(row.number)}>
            <span className="num">{row.number}</span>
            <When at={row.recorded_at} />
            <strong>
              <Sum of={row.total} />
            </strong>
          </UnstyledButton>
        ))}
      </div>
    </Card>
  );
}
