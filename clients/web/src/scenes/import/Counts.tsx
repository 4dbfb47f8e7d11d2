import { IMPORT_COUNTS, type ImportCounts } from '@/api/types';
import { useT } from '@/i18n';
import { groupDigits } from '@/lib/figures';
import classes from './Import.module.css';

/** What is nought is not worth a place, but for what everybody looks for. */
const ALWAYS: ReadonlySet<string> = new Set(['create', 'change', 'skip']);

export function Counts({ counts }: { counts: ImportCounts }) {
  const t = useT();
  return (
    <div className={classes.counts}>
      {IMPORT_COUNTS.filter((name) => ALWAYS.has(name) || (counts[name] ?? 0) > 0).map((name) => (
        <div key={name} className={classes.count} data-count={name}>
          <strong className="num">{groupDigits(String(counts[name] ?? 0))}</strong>
          <span>{t(`import.count.${name}`)}</span>
        </div>
      ))}
    </div>
  );
}
