import type { Money, Unit } from '@/api/types';
import { useLanguage, useT } from '@/i18n';
import { formatMoney, wholeUnits } from '@/lib/money';
import { formatQuantity } from '@/lib/quantity';

/** A sum; `whole` for a glance, where hundredths only stand in the way. */
export function Sum({ of, whole }: { of: Money | null | undefined; whole?: boolean }) {
  useLanguage();
  if (!of) return <span className="num">—</span>;
  return <span className="num">{formatMoney(whole ? wholeUnits(of) : of)}</span>;
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
