import { useEffect, useRef } from 'react';
import { interruption } from './interruption';

/**
 * While the page is covered by the lock or by a sign-in, what lies below hears no key: no shortcut, no scanner, no
 * dialog. Keys go to the cover alone; what they do by themselves in its fields and buttons stays.
 */
type KeyListener = (event: KeyboardEvent) => void;

const listeners: { current: KeyListener }[] = [];
/** Mirrors a session that was locked elsewhere, for which nobody has set an interruption. */
let locked = false;

export const isLocked = (): boolean => locked || interruption.get() === 'locked';
export const isCovered = (): boolean => isLocked() || interruption.get() === 'expired';

/** A scanner that types goes on typing over a cover: whoever tells it from a person hears the keys first. */
let scanner: KeyListener | null = null;

export function hearScanner(listener: KeyListener): () => void {
  scanner = listener;
  return () => {
    scanner = null;
  };
}

/** Dialogs hang beside the page's root: the mark hides them, whichever of them come while it is covered. */
function mark(): void {
  document.documentElement.toggleAttribute('data-covered', isCovered());
}

export function noteLocked(now: boolean): void {
  locked = now;
  mark();
}

/** To be called before anything else listens to keys: what listens first decides. */
export function guardKeys(): void {
  interruption.subscribe(mark);
  for (const type of ['keydown', 'keypress', 'keyup'] as const) {
    window.addEventListener(
      type,
      (event) => {
        if (!isCovered()) return;
        event.stopImmediatePropagation();
        if (type !== 'keydown') return;
        scanner?.(event);
        listeners.at(-1)?.current(event);
      },
      { capture: true },
    );
  }
}

/** The keys of the cover itself. */
export function useCoverKeys(listener: KeyListener): void {
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => {
    const own = latest;
    listeners.push(own);
    return () => {
      listeners.splice(listeners.indexOf(own), 1);
    };
  }, []);
}
