import { Progress } from '@mantine/core';
import type { StockRow } from '@/api/types';
import { type LightColor, Spot } from '@/components/Light';
import { useT } from '@/i18n';
import { toThousandths } from '@/lib/quantity';

const PROGRESS: Record<LightColor, string> = { good: 'duken', warn: 'yellow', bad: 'red', idle: 'gray' };

export function stockState(row: Pick<StockRow, 'quantity' | 'minimum'>) {
  const quantity = toThousandths(row.quantity);
  const minimum = row.minimum ? toThousandths(row.minimum) : 0;
  return quantity < 0 ? 'negative' : quantity === 0 ? 'none' : quantity <= minimum ? 'low' : 'enough';
}

/** Stock as a bar against its minimum; without a minimum only in words. */
export function StockBar({ row }: { row: StockRow }) {
  const t = useT();
  const quantity = toThousandths(row.quantity);
  const minimum = row.minimum ? toThousandths(row.minimum) : 0;
  const state = stockState(row);
  const color: LightColor = state === 'enough' ? 'good' : state === 'low' ? 'warn' : 'bad';
  return (
    <div>
      <Spot color={color}>{t(`stock.state.${state}`)}</Spot>
      {minimum > 0 && (
        <Progress
          size="sm"
          color={PROGRESS[color]}
          value={Math.max(0, Math.min(100, (quantity / (minimum * 3)) * 100))}
          aria-label={t('stock.level')}
        />
      )}
    </div>
  );
}
