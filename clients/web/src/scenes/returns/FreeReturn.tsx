import { ActionIcon, Button, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { fieldProblem } from '@/api/problem';
import { makeReturn, salesKeys } from '@/api/sales';
import { shiftKeys } from '@/api/shifts';
import { stockKeys } from '@/api/stock';
import type { PaymentMethod, ProductHit, ReturnAnswer } from '@/api/types';
import { useCurrency, useMay } from '@/app/identity';
import { DateField } from '@/components/DateField';
import { Sum } from '@/components/Figures';
import { Card } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { ProductPicker } from '@/components/ProductPicker';
import { SumInput } from '@/components/SumInput';
import { useT } from '@/i18n';
import { typedFigure } from '@/lib/figures';
import { fromMinor, money, parseAmount, toMinor } from '@/lib/money';
import { parseQuantity, toThousandths } from '@/lib/quantity';
import { ReturnReason } from './ReturnReason';
import classes from './Returns.module.css';

type FreeLine = { product: ProductHit; quantity: string; price: string };
/** The terminal pays back only what it took: without a receipt there is nothing that it could find. */
const METHODS = ['cash', 'card', 'transfer'] as const satisfies readonly PaymentMethod[];

const plain = (amount: string) => typedFigure(amount.replace(/\.00$/, ''));

/** Goods taken back without their receipt: by scan or name, at a price that a person answers for. */
export function FreeReturn({ onMade }: { onMade: (made: ReturnAnswer) => void }) {
  const t = useT();
  const may = useMay();
  const currency = useCurrency();
  const [lines, setLines] = useState<FreeLine[]>([]);
  const [method, setMethod] = useState<(typeof METHODS)[number]>('cash');
  const [date, setDate] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const making = useAction(makeReturn, {
    stale: [salesKeys.all, shiftKeys.all, stockKeys.all],
    onDone: onMade,
  });
  const read = lines.map((line) => ({
    line,
    quantity: parseQuantity(line.quantity),
    price: parseAmount(line.price, currency),
  }));
  const total = read.reduce(
    (sum, { quantity, price }) =>
      sum + Math.round((toMinor(price ?? '0', currency) * toThousandths(quantity ?? '0')) / 1000),
    0,
  );
  const ready =
    lines.length > 0 &&
    reason.trim() !== '' &&
    read.every(({ quantity, price }) => quantity && quantity !== '0' && price && Number(price) > 0);
  const set = (at: number, change: Partial<FreeLine>) =>
    setLines(lines.map((line, index) => (index === at ? { ...line, ...change } : line)));
  const add = (product: ProductHit) => {
    const at = lines.findIndex((line) => line.product.id === product.id);
    if (at < 0) {
      setLines([
        ...lines,
        { product, quantity: '1', price: product.price ? plain(product.price.amount) : '' },
      ]);
    } else {
      const quantity = toThousandths(parseQuantity(lines[at]?.quantity ?? '') ?? '0') + 1000;
      set(at, { quantity: typedFigure(String(quantity / 1000)) });
    }
  };

  return (
    <Card title={t('return.without_receipt')}>
      <Text className="soft">{t('return.without_receipt_text')}</Text>
      <ProductPicker
        key={lines.length}
        label={t('return.what')}
        onChoose={add}
        none={t('till.nothing_here')}
      />
      {lines.length > 0 && (
        <ul className={classes.lines}>
          {read.map(({ line, quantity, price }, index) => (
            <li key={line.product.id} className={classes.free}>
              <span>{line.product.name}</span>
              <TextInput
                aria-label={t('return.quantity', { name: line.product.name })}
                inputMode="decimal"
                value={line.quantity}
                error={quantity === null || quantity === '0'}
                onChange={(event) => set(index, { quantity: event.currentTarget.value })}
              />
              <SumInput
                aria-label={t('return.price_of', { name: line.product.name })}
                currency={currency}
                value={line.price}
                error={price === null}
                onText={(text) => set(index, { price: text })}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                size={44}
                aria-label={t('till.remove_line')}
                onClick={() => setLines(lines.filter((_, other) => other !== index))}
              >
                <IconTrash size={20} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!ready) return;
          making.mutate({
            lines: read.map(({ line, quantity, price }) => ({
              product_id: line.product.id,
              quantity: quantity ?? '0',
              price: money(price ?? '0', currency),
            })),
            reason: reason.trim(),
            method,
            business_date: date ?? undefined,
            print: true,
          });
        }}
      >
        <Stack>
          <div>
            <Text fw={500} mb={4}>
              {t('return.how')}
            </Text>
            <SegmentedControl
              size="md"
              data={METHODS.map((value) => ({ value, label: t(`payment.method.${value}`) }))}
              value={method}
              onChange={(value) => setMethod(value as (typeof METHODS)[number])}
            />
          </div>
          {may('sales.backdate') && (
            <DateField
              label={t('return.date')}
              description={t('return.date_text')}
              date={date}
              error={fieldProblem(making.error, 'business_date')}
              onDate={setDate}
            />
          )}
          <ReturnReason value={reason} onChange={setReason} />
          {total > 0 && (
            <div className={classes.back}>
              <div className={classes.total}>
                <span>{t('return.to_give')}</span>
                <strong>
                  <Sum of={fromMinor(total, currency)} />
                </strong>
              </div>
            </div>
          )}
          <ProblemNote error={making.error} />
          <Button type="submit" size="xl" disabled={!ready} loading={making.isPending}>
            {t('return.make')}
          </Button>
        </Stack>
      </form>
    </Card>
  );
}
