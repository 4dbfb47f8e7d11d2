import { IMPORT_COUNTS, type ImportCounts } from '@/api/types';
import { useT } from '@/i18n';
import { groupDigits } from '@/lib/figures';
import classes from './Import.module.css';

export function Counts({ counts }: { counts: ImportCounts }) {
  const t = useT();
  return (
    <div className={classes.counts}>
      {IMPORT_COUNTS.map((name) => (
        <div key={name} className={classes.count} data-count={name}>
          <strong className="num">{groupDigits(String(counts[name] ?? 0))}</strong>
          <span>{t(`import.count.${name}`)}</span>
        </div>
      ))}
    </div>
  );
}
