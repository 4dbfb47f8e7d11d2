import { ActionIcon, Button, Group, Stack, TextInput } from '@mantine/core';
import { IconMinus, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useAction } from '@/api/action';
import { makeReturn, returnQuoteQuery, salesKeys } from '@/api/sales';
import { shiftKeys } from '@/api/shifts';
import { stockKeys } from '@/api/stock';
import type { ReturnAnswer, Sale, SaleLine } from '@/api/types';
import { Quantity, Sum } from '@/components/Figures';
import { Card } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { When } from '@/components/When';
import { useT } from '@/i18n';
import { typedFigure } from '@/lib/figures';
import { fromThousandths, parseQuantity, toThousandths } from '@/lib/quantity';
import { ReturnReason } from './ReturnReason';
import classes from './Returns.module.css';

const leftOf = (line: SaleLine) => toThousandths(line.quantity) - toThousandths(line.returned);

/** Which lines and how many come back; the hub says how much money that is and by which ways it goes. */
export function ReturnLines({ sale, onMade }: { sale: Sale; onMade: (made: ReturnAnswer) => void }) {
  const t = useT();
  const [texts, setTexts] = useState<Record<number, string>>({});
  const [reason, setReason] = useState('');
  const wanted = sale.lines.flatMap((line) => {
    const quantity = parseQuantity(texts[line.line] ?? '');
    return quantity && quantity !== '0' ? [{ line: line.line, quantity }] : [];
  });
  const wrong = sale.lines.some((line) => {
    const text = texts[line.line] ?? '';
    const quantity = parseQuantity(text);
    return text !== '' && (quantity === null || toThousandths(quantity) > leftOf(line));
  });
  const quote = useQuery(
    returnQuoteQuery(sale.id, wrong ? '' : wanted.map((line) => `${line.line}:${line.quantity}`).join(',')),
  );
  const making = useAction(makeReturn, {
    stale: [salesKeys.all, shiftKeys.all, stockKeys.all],
    onDone: onMade,
  });
  const set = (line: SaleLine, thousandths: number) =>
    setTexts({
      ...texts,
      [line.line]: typedFigure(fromThousandths(Math.max(0, Math.min(leftOf(line), thousandths)))),
    });
  const reasonField = useRef<HTMLInputElement>(null);
  const whole = () => {
    setTexts(
      Object.fromEntries(sale.lines.map((line) => [line.line, typedFigure(fromThousandths(leftOf(line)))])),
    );
    // What is asked next.
    reasonField.current?.focus();
  };
  const ready = wanted.length > 0 && !wrong && reason.trim() !== '';

  return (
    <Card
      title={`${sale.number}`}
      actions={
        <Group gap="sm">
          <When at={sale.recorded_at} />
          <Button autoFocus variant="light" onClick={whole} disabled={sale.state === 'returned'}>
            {t('return.whole')}
          </Button>
        </Group>
      }
    >
      <ul className={classes.lines}>
        {sale.lines.map((line) => {
          const left = leftOf(line);
          const text = texts[line.line] ?? '';
          const now = toThousandths(parseQuantity(text) ?? '0');
          return (
            <li key={line.line} className={classes.line} data-none={left <= 0 || undefined}>
              <span>
                {line.name}
                <br />
                <span className="soft">
                  {left > 0 ? t('return.left') : t('return.nothing_left')}{' '}
                  <Quantity of={fromThousandths(left)} unit={line.unit} />
                </span>
              </span>
              <span className={classes.stepper}>
                <ActionIcon
                  size={44}
                  variant="default"
                  disabled={now <= 0}
                  aria-label={t('till.less')}
                  onClick={() => set(line, now - 1000)}
                >
                  <IconMinus size={20} />
                </ActionIcon>
                <TextInput
                  aria-label={t('return.quantity', { name: line.name })}
                  inputMode="decimal"
                  placeholder="0"
                  disabled={left <= 0}
                  value={text}
                  error={text !== '' && (parseQuantity(text) === null || now > left)}
                  onChange={(event) => setTexts({ ...texts, [line.line]: event.currentTarget.value })}
                />
                <ActionIcon
                  size={44}
                  variant="default"
                  disabled={now >= left}
                  aria-label={t('till.more')}
                  onClick={() => set(line, now + 1000)}
                >
                  <IconPlus size={20} />
                </ActionIcon>
              </span>
              <strong>
                <Sum of={line.sum} />
              </strong>
            </li>
          );
        })}
      </ul>
      {wanted.length > 0 && quote.data && !wrong && (
        <div className={classes.back}>
          <div className={classes.total}>
            <span>{t('return.to_give')}</span>
            <strong>
              <Sum of={quote.data.total} />
            </strong>
          </div>
          {quote.data.payments.map((payment) => (
            <div key={payment.method}>
              <span>{t(`payment.method.${payment.method}`)}</span>
              <Sum of={payment.amount} />
            </div>
          ))}
        </div>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) making.mutate({ sale_id: sale.id, lines: wanted, reason: reason.trim(), print: true });
        }}
      >
        <Stack>
          <ReturnReason ref={reasonField} value={reason} onChange={setReason} />
          <ProblemNote error={quote.error ?? making.error} />
          <Button type="submit" size="xl" disabled={!ready} loading={making.isPending}>
            {t('return.make')}
          </Button>
        </Stack>
      </form>
    </Card>
  );
}
