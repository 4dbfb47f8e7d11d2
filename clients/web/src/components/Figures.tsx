import type { Money, Unit } from '@/api/types';
import { useT } from '@/i18n';
import { formatMoney } from '@/lib/money';
import { formatQuantity } from '@/lib/quantity';

export function Sum({ of }: { of: Money | null | undefined }) {
  return <span className="num">{of ? formatMoney(of) : '—'}</span>;
}

export function Quantity({ of, unit }: { of: string | null | undefined; unit?: Unit }) {
  const t = useT();
  if (of === null || of === undefined) return <span className="num">—</span>;
  return (
    <span className="num">
      {formatQuantity(of)}
      {unit ? `\u00a0${t(`unit.${unit}`)}` : ''}
    </span>
  );
}
