import { useEffect, useRef } from 'react';
import { isCovered } from '@/app/cover';
import { useIdentity } from '@/app/identity';
import { type Field, fieldOf, setFieldValue } from '@/lib/fields';
import { WedgeReader } from '@/lib/wedge';
import { listenToScans } from '@/live/socket';

/** Where a code was read: at this screen (by keys or camera), or by a scanner of the hub, which any screen of its till hears. */
export type ScannedAt = 'here' | 'hub';
type Handler = (code: string, at: ScannedAt) => void;

/** The frame hears what no screen asked for; what lies over the screens hears first, whichever of them came last. */
const LAYERS = ['base', 'screen', 'over'] as const;
type Layer = (typeof LAYERS)[number];

/** Who wants scans, the topmost last: only that one gets them. */
const handlers: { current: Handler; layer: Layer }[] = [];

function add(handler: (typeof handlers)[number]): void {
  const above = handlers.findIndex((one) => LAYERS.indexOf(one.layer) > LAYERS.indexOf(handler.layer));
  handlers.splice(above < 0 ? handlers.length : above, 0, handler);
}

/** Hands a code over as if a scanner had read it: the camera does. */
export function deliver(code: string): boolean {
  const top = handlers.at(-1);
  top?.current(code, 'here');
  return top !== undefined;
}

/** Listens to a scanner that types. What it typed into a field on the way is taken out of it again. */
export function listenToWedge(): () => void {
  const reader = new WedgeReader();
  let before: { field: Field; value: string } | null = null;
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || handlers.length === 0) return;
    if (reader.begins(event.timeStamp)) {
      const field = fieldOf(event.target);
      before = field ? { field, value: field.value } : null;
    }
    const code = reader.take({ code: event.code, shift: event.shiftKey, atMs: event.timeStamp });
    if (code === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (before) setFieldValue(before.field, before.value);
    deliver(code);
  };
  window.addEventListener('keydown', onKey, { capture: true });
  return () => window.removeEventListener('keydown', onKey, { capture: true });
}

/** Scans reach this screen while it is the topmost that asked, from a typing scanner and from the hub alike. */
export function useScans(handler: Handler, active = true, layer: Layer = 'screen'): void {
  const latest = useRef(handler);
  latest.current = handler;
  const till = useIdentity().till?.id;
  useEffect(() => {
    if (!active) return;
    const own = { layer, current: (code: string, at: ScannedAt) => latest.current(code, at) };
    add(own);
    const stop = listenToScans((code, tillId) => {
      if (tillId === till && handlers.at(-1) === own && !isCovered()) own.current(code, 'hub');
    });
    return () => {
      stop();
      handlers.splice(handlers.indexOf(own), 1);
    };
  }, [active, till, layer]);
}
