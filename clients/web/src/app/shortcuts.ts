import { useLayoutEffect, useRef } from 'react';

export type Shortcuts = Record<string, (event: KeyboardEvent) => void>;

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');

/** Names are `event.key`, with `Ctrl+` or `Alt+` before letters and digits by their physical key so that any layout works. */
export function useShortcuts(shortcuts: Shortcuts, active = true): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  // Before the screen is seen: a key that follows at once is not lost.
  useLayoutEffect(() => {
    if (!active) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const control = event.ctrlKey || event.metaKey;
      const plain = event.code.replace(/^Key|^Digit/, '');
      const name = control ? `Ctrl+${plain}` : event.altKey ? `Alt+${plain}` : event.key;
      const run = latest.current[name];
      const single = name.length === 1;
      if (!run || (single && isField(event.target))) return;
      event.preventDefault();
      run(event);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [active]);
}
