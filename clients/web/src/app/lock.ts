import { useAction } from '@/api/action';
import { lock } from '@/api/session';
import { interruption } from './interruption';

/** Covers the page until somebody enters a PIN. */
export function useLock() {
  return useAction(lock, { onDone: () => interruption.set('locked') });
}
