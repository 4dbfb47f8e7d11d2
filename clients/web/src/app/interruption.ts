import { onSession } from '@/api/http';
import { createStore } from '@/lib/store';

/** Why the page is covered: the session is locked or over. What lies below stays as it was. */
export const interruption = createStore<'locked' | 'expired' | null>(null);

/** Resolves once somebody has signed in again. */
export function entered(): Promise<void> {
  return new Promise((resolve) => {
    const stop = interruption.subscribe(() => {
      if (interruption.get() !== null) return;
      stop();
      resolve();
    });
  });
}

export function watchSession(): void {
  onSession((code) => {
    if (code === 'session.locked') interruption.set('locked');
    else if (code === 'session.expired' || code === 'session.missing') interruption.set('expired');
  });
}
