import { useEffect } from 'react';
import { requestId } from '@/api/ids';
import { lock } from '@/api/session';
import { interruption } from '@/app/interruption';

const IDLE_MS_MAX = 10 * 60_000;

/** A till that nobody has touched for a while locks itself, but never in the middle of a payment. */
export function useIdleLock(active: boolean): void {
  useEffect(() => {
    if (!active) return;
    let timer: ReturnType<typeof setTimeout>;
    const close = () =>
      void lock(null, requestId()).then(
        () => interruption.set('locked'),
        () => begin(),
      );
    const begin = () => {
      clearTimeout(timer);
      timer = setTimeout(close, IDLE_MS_MAX);
    };
    begin();
    window.addEventListener('pointerdown', begin);
    window.addEventListener('keydown', begin);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('pointerdown', begin);
      window.removeEventListener('keydown', begin);
    };
  }, [active]);
}
