import { Button, SegmentedControl, Stack } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { printShift, shiftQuery } from '@/api/shifts';
import type { Shift } from '@/api/types';
import { useMay } from '@/app/identity';
import { ScenePending } from '@/app/SceneStates';
import { sayDone, sayProblem } from '@/app/toasts';
import { Card } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import { CashMove } from './CashMove';
import { CloseShift } from './CloseShift';
import classes from './Shift.module.css';
import { ShiftReport } from './ShiftReport';

type Task = 'cash-in' | 'cash-out' | 'close';

/** The shift at the till: the X report, money in and out, and the end of the day. */
export function ShiftPanel({ id, onClosed }: { id: string; onClosed: () => void }) {
  const t = useT();
  const may = useMay();
  const shift = useQuery({ ...shiftQuery(id), staleTime: 0 });
  const tasks: { value: Task; label: string }[] = [
    ...(may('shift.cash_in') ? [{ value: 'cash-in' as const, label: t('shift.cash_in') }] : []),
    ...(may('shift.cash_out') ? [{ value: 'cash-out' as const, label: t('shift.cash_out') }] : []),
    ...(may('shift.close') ? [{ value: 'close' as const, label: t('shift.close') }] : []),
  ];
  const [task, setTask] = useState<Task | undefined>(tasks.at(-1)?.value);
  const [counted, setCounted] = useState(false);
  const [closed, setClosed] = useState<Shift | null>(null);
  const printing = useAction(printShift, { onDone: () => sayDone(t('shift.print_sent')) });

  if (!shift.data) return shift.error ? <ProblemNote error={shift.error} /> : <ScenePending />;
  const shown = closed ?? shift.data;
  const kind = shown.state === 'closed' ? 'z' : 'x';
  return (
    <div className={classes.panel}>
      <Card
        title={t(kind === 'z' ? 'shift.z_report' : 'shift.x_report', { number: shown.number })}
        actions={
          <Button
            variant="default"
            leftSection={<IconPrinter size={20} />}
            loading={printing.isPending}
            onClick={() => printing.mutate({ id, kind }, { onError: sayProblem })}
          >
            {t('common.print')}
          </Button>
        }
      >
        <ShiftReport shift={shown} blind={shown.state === 'open' && task === 'close' && !counted} />
      </Card>
      {closed && (
        <Card title={t('shift.closed_done')}>
          <Button size="xl" onClick={onClosed} autoFocus>
            {t('common.done')}
          </Button>
        </Card>
      )}
      {shown.state === 'open' && (
        <Stack>
          {tasks.length > 1 && (
            <SegmentedControl
              size="md"
              classNames={{ label: classes.task }}
              data={tasks}
              value={task}
              onChange={(value) => {
                setTask(value as Task);
                setCounted(false);
              }}
            />
          )}
          {task === 'close' && <CloseShift shift={shown} onCounted={setCounted} onClosed={setClosed} />}
          {(task === 'cash-in' || task === 'cash-out') && <CashMove key={task} way={task} shift={shown} />}
        </Stack>
      )}
    </div>
  );
}
