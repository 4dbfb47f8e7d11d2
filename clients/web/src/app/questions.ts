import { useLayoutEffect } from 'react';
import { createStore } from '@/lib/store';
import { interruption } from './interruption';

/** How many dialogs stand open. What is scanned at the till meanwhile waits until they are answered or put away. */
const open = createStore(0);

/** Says that a dialog stands open. One that listens to scans itself, as a price check does, hears them nevertheless. */
export function useQuestion(asked = true): void {
  useLayoutEffect(() => {
    if (!asked) return;
    open.set(open.get() + 1);
    return () => open.set(open.get() - 1);
  }, [asked]);
}

/** Whether a person has to answer first: a dialog, or who is here after a session has ended. */
export const isAsked = (): boolean => open.get() > 0 || interruption.get() === 'expired';

export function useAsked(): boolean {
  const dialogs = open.use();
  return interruption.use() === 'expired' || dialogs > 0;
}
