import { useLayoutEffect, useRef } from 'react';
import { isAsked } from './questions';

export type Shortcuts = Record<string, (event: KeyboardEvent) => void>;

type Options = {
  active?: boolean;
  /** It belongs to a dialog, and acts while that is open. */
  above?: boolean | (() => boolean);
};

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');

const LAYERS = '[role=dialog], [role=menu], [role=listbox]';
const isOver = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest(LAYERS) !== null;

/** Whether a part of the page stands in the dialog that was opened last. */
export const isOnTop = (part: Element | null): boolean =>
  part !== null && (Array.from(document.querySelectorAll('[role=dialog]')).at(-1)?.contains(part) ?? false);

/**
 * Whether the key went down over the page. It is noted before anything else hears the key: a dialog that closes on Escape
 * has closed already when the same keystroke comes to the page.
 */
let over = false;
globalThis.window?.addEventListener(
  'keydown',
  (event) => {
    over = isAsked() || isOver(event.target);
  },
  { capture: true },
);

/**
 * Names are `event.key`, with `Ctrl+` or `Alt+` before letters and digits by their physical key so that any layout works.
 * While a dialog or a menu is open, only what belongs to it acts.
 */
export function useShortcuts(shortcuts: Shortcuts, options: Options = {}): void {
  const { active = true, above } = options;
  const latest = useRef({ shortcuts, above });
  latest.current = { shortcuts, above };
  // Before the screen is seen: a key that follows at once is not lost.
  useLayoutEffect(() => {
    if (!active) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const control = event.ctrlKey || event.metaKey;
      const plain = event.code.replace(/^Key|^Digit/, '');
      const name = control ? `Ctrl+${plain}` : event.altKey ? `Alt+${plain}` : event.key;
      const { shortcuts, above } = latest.current;
      const run = shortcuts[name];
      const single = name.length === 1;
      if (!run || (single && isField(event.target))) return;
      if (over && !(typeof above === 'function' ? above() : above)) return;
      event.preventDefault();
      run(event);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [active]);
}
