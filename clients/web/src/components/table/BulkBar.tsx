import { ActionIcon, Button, Progress } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { sayProblem } from '@/app/toasts';
import { useT } from '@/i18n';
import classes from './DataTable.module.css';
import type { BulkAction, Selection } from './selection';

/** What can be done with the ticked rows; while it runs, how far it is, and the button that stops it. */
export function BulkBar<Row>(props: { selection: Selection<Row>; actions: BulkAction<Row>[] }) {
  const t = useT();
  const { chosen, clear } = props.selection;
  const [progress, setProgress] = useState<{ done: number; of: number } | null>(null);
  const stopped = useRef(false);

  const run = async (action: BulkAction<Row>) => {
    const rows = chosen.filter((row) => action.suits?.(row) ?? true);
    const done: Row[] = [];
    let trouble: unknown = null;
    stopped.current = false;
    setProgress({ done: 0, of: rows.length });
    for (const row of rows) {
      if (stopped.current) break;
      try {
        await action.each(row);
        done.push(row);
      } catch (error) {
        trouble = error;
      }
      setProgress({ done: done.length, of: rows.length });
    }
    setProgress(null);
    clear();
    if (trouble) sayProblem(trouble);
    if (done.length > 0) action.done(done);
  };

  if (progress) {
    const words = t('table.progress', { done: progress.done, count: progress.of });
    return (
      <div className={classes.bulk} role="status">
        <span>{words}</span>
        <Progress
          className={classes.bulkProgress}
          value={(progress.done / progress.of) * 100}
          aria-label={words}
        />
        <Button
          size="sm"
          variant="default"
          onClick={() => {
            stopped.current = true;
          }}
        >
          {t('table.stop')}
        </Button>
      </div>
    );
  }
  return (
    <div className={classes.bulk} role="toolbar" aria-label={t('table.chosen', { count: chosen.length })}>
      <strong>{t('table.chosen', { count: chosen.length })}</strong>
      {props.actions
        .filter((action) => chosen.some((row) => action.suits?.(row) ?? true))
        .map((action) => (
          <Button
            key={action.key}
            size="sm"
            variant="default"
            color={action.danger ? 'red' : undefined}
            leftSection={<action.icon size={18} />}
            onClick={() => void run(action)}
          >
            {action.label}
          </Button>
        ))}
      <ActionIcon variant="subtle" color="gray" size={36} aria-label={t('table.unchoose')} onClick={clear}>
        <IconX size={18} />
      </ActionIcon>
    </div>
  );
}
