import { IconAlertTriangle, IconCheck, IconX } from '@tabler/icons-react';
import { ApiError, HubSilent } from '@/api/problem';
import { textNow, useT } from '@/i18n';
import { createStore } from '@/lib/store';
import { interruption } from './interruption';
import classes from './toasts.module.css';

/** What can still be done about what was said, such as to take it back. */
export type ToastAction = { label: string; run: () => void };
type Toast = { id: number; kind: 'done' | 'problem'; text: string; action?: ToastAction };
/** With something to press, a person needs time to read and to reach it. */
const SHOWN_MS = { done: 3500, problem: 8000, action: 10_000 };

const toasts = createStore<Toast[]>([]);
let last = 0;
// A locked page says nothing of what was done on it.
interruption.subscribe(() => interruption.get() === 'locked' && toasts.set([]));

function show(kind: Toast['kind'], text: string, action?: ToastAction): void {
  last += 1;
  const id = last;
  toasts.set([...toasts.get().slice(-2), { id, kind, text, action }]);
  setTimeout(() => close(id), SHOWN_MS[action ? 'action' : kind]);
}

function close(id: number): void {
  toasts.set(toasts.get().filter((toast) => toast.id !== id));
}

export const sayDone = (text: string, action?: ToastAction): void => show('done', text, action);

export const sayWrong = (text: string): void => show('problem', text);

/** A refusal of an action that has no field or line of its own to stand at. */
export function sayProblem(error: unknown): void {
  if (error instanceof HubSilent) show('problem', textNow('problem.silent'));
  else if (error instanceof ApiError && error.problem.status === 401) return;
  else if (error instanceof ApiError) show('problem', error.problem.detail ?? textNow('problem.unknown'));
  else show('problem', textNow('problem.unknown'));
}

export function Toasts() {
  const t = useT();
  return (
    <div className={classes.stack} role="status" aria-live="polite">
      {toasts.use().map((toast) => (
        <div key={toast.id} className={classes.toast} data-kind={toast.kind}>
          {toast.kind === 'done' ? <IconCheck size={20} /> : <IconAlertTriangle size={20} />}
          <span>{toast.text}</span>
          {toast.action && (
            <button
              type="button"
              className={classes.action}
              onClick={() => {
                close(toast.id);
                toast.action?.run();
              }}
            >
              {toast.action.label}
            </button>
          )}
          <button type="button" aria-label={t('common.close')} onClick={() => close(toast.id)}>
            <IconX size={18} />
          </button>
        </div>
      ))}
    </div>
  );
}
