import { type RefObject, useEffect, useRef } from 'react';
import { createStore } from '@/lib/store';
import { useIdentity } from '../identity';
import { isOnTop, useShortcuts } from '../shortcuts';
import { isOffered, type ScreenAction } from './actions';

/** What the screens that are open now can do, the topmost last. */
export const screenActions = createStore<readonly (readonly ScreenAction[])[]>([]);

/**
 * Offers what a screen can do to the command line, the help page and the keyboard, as long as the screen is there. What is
 * offered by a part of a dialog acts there, too.
 */
export function useScreenActions(
  actions: ScreenAction[],
  part?: RefObject<HTMLElement | null>,
): ScreenAction[] {
  const session = useIdentity();
  const offered = actions.filter((action) => isOffered(action, session));
  const latest = useRef(offered);
  latest.current = offered;
  const names = offered.map((action) => `${action.id} ${action.name}`).join('|');
  useEffect(() => {
    // Run is looked up when it is asked for: it knows the screen as it is then.
    const own = latest.current.map((action) => ({
      ...action,
      run: () => latest.current.find(({ id }) => id === action.id)?.run(),
    }));
    screenActions.set([...screenActions.get(), own]);
    return () => screenActions.set(screenActions.get().filter((other) => other !== own));
  }, [names]);
  useShortcuts(
    Object.fromEntries(
      offered.flatMap((action) => (action.shortcut ? [[action.shortcut, action.run] as const] : [])),
    ),
    { above: () => isOnTop(part?.current ?? null) },
  );
  return offered;
}
