import { IconArrowDownRight, IconArrowUpRight } from '@tabler/icons-react';
import { useT } from '@/i18n';

const MINUS = '\u2212';

/** Against the earlier period: an arrow and a number, and the word for those who see neither. */
export function Change({ percent }: { percent: number | null }) {
  const t = useT();
  if (percent === null) return <span className="soft">—</span>;
  const up = percent >= 0;
  const words = t(up ? 'office.more_than_before' : 'office.less_than_before', { percent: Math.abs(percent) });
  return (
    <span
      className="num"
      role="img"
      aria-label={words}
      title={words}
      style={{
        display: 'inline-flex',
        alignItems: 'center',
        gap: 2,
        color: up ? 'var(--good)' : 'var(--bad)',
      }}
    >
      {up ? <IconArrowUpRight size={16} /> : <IconArrowDownRight size={16} />}
      {up ? '+' : MINUS}
      {Math.abs(percent)} %
    </span>
  );
}
