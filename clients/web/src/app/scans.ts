import { useEffect, useRef } from 'react';
import { hearScanner, isCovered } from '@/app/cover';
import { useIdentity } from '@/app/identity';
import { type Field, fieldOf, setFieldValue, typeInto } from '@/lib/fields';
import { GAP_MS_MAX, WedgeReader } from '@/lib/wedge';
import { listenToScans } from '@/live/socket';

/** Where a code was read: at this screen (by keys or camera), or by a scanner of the hub, which any screen of its till hears. */
export type ScannedAt = 'here' | 'hub';
type Handler = (code: string, at: ScannedAt) => void;

/** The frame hears what no screen asked for; what lies over the screens hears first, whichever of them came last. */
const LAYERS = ['base', 'till', 'screen', 'over'] as const;
type Layer = (typeof LAYERS)[number];

/** Who wants scans, the topmost last: only that one gets them. */
const handlers: { current: Handler; layer: Layer }[] = [];

function add(handler: (typeof handlers)[number]): void {
  const above = handlers.findIndex((one) => LAYERS.indexOf(one.layer) > LAYERS.indexOf(handler.layer));
  handlers.splice(above < 0 ? handlers.length : above, 0, handler);
}

/** On a covered page the till alone hears scans: it knows what to keep. */
const top = () => (isCovered() ? handlers.find(({ layer }) => layer === 'till') : handlers.at(-1));

/** Hands a code over as if a scanner had read it: the camera does. */
export function deliver(code: string): boolean {
  const taker = top();
  taker?.current(code, 'here');
  return taker !== undefined;
}

/**
 * Listens to a scanner that types. Its first key goes where keys go, for it may be a person's; those that follow faster
 * than a person types are kept back, and the first with them, so that no field draws itself a dozen times for a code it is
 * not meant to have. What turns out to be no scan is typed after all.
 */
export function listenToWedge(): () => void {
  const reader = new WedgeReader();
  /** The field where the run began, and what it held before. */
  let before: { field: Field; value: string } | null = null;
  let first = '';
  /** The last key that went where keys go. */
  let passed = '';
  /** Keys that are kept back, and the field that they would have gone to. */
  let held = '';
  let heldFrom: Field | null = null;
  let release: ReturnType<typeof setTimeout> | undefined;

  const letGo = () => {
    clearTimeout(release);
    const text = held;
    held = '';
    if (text !== '' && heldFrom && !heldFrom.readOnly && !heldFrom.disabled) typeInto(heldFrom, text);
  };
  /** Something else is done: what was kept back belongs before it. */
  const over = () => {
    letGo();
    reader.forget();
  };
  /** Whether the key is kept back: only from a field into which it can be typed later. */
  const hold = (event: KeyboardEvent) => {
    if (event.key.length !== 1 || event.isComposing || event.repeat) return false;
    if (!reader.hurries(event.timeStamp)) return false;
    const field = fieldOf(event.target);
    if (!field || field.selectionStart === null) return false;
    clearTimeout(release);
    release = setTimeout(letGo, GAP_MS_MAX);
    if (held === '') heldFrom = field;
    held += event.key;
    return true;
  };
  const begin = (event: KeyboardEvent) => {
    const field = fieldOf(event.target);
    before = field ? { field, value: field.value } : null;
    first = event.key;
  };
  /** A third key at such speed: the first was no person's either, and leaves its field before the code is whole. */
  const keepFirst = () => {
    if (held.length !== 2 || !before || before.field.value === before.value) return;
    setFieldValue(before.field, before.value);
    held = first + held;
  };
  /** Where nothing had the focus the first key may have brought it to a field. */
  const find = (event: KeyboardEvent) => {
    const field = fieldOf(event.target);
    if (field?.value.endsWith(first)) before = { field, value: field.value.slice(0, -first.length) };
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !top()) return over();
    if (reader.begins(event.timeStamp)) {
      letGo();
      begin(event);
    } else if (before === null) find(event);
    const kept = hold(event);
    const code = reader.take({ code: event.code, shift: event.shiftKey, atMs: event.timeStamp });
    if (code === null) {
      if (!kept) {
        passed = event.key;
        return event.key === 'Shift' ? undefined : letGo();
      }
    } else {
      clearTimeout(release);
      held = '';
    }
    event.preventDefault();
    event.stopPropagation();
    if (code === null) return keepFirst();
    if (before && before.field.value !== before.value) setFieldValue(before.field, before.value);
    deliver(code);
  };
  /** A text that comes by another way than keys comes after them, and is no part of a code. */
  const onInput = (event: InputEvent) => event.data !== passed && over();
  const stopCovered = hearScanner(onKey);
  window.addEventListener('keydown', onKey, { capture: true });
  window.addEventListener('beforeinput', onInput, { capture: true });
  window.addEventListener('pointerdown', over, { capture: true });
  return () => {
    stopCovered();
    window.removeEventListener('keydown', onKey, { capture: true });
    window.removeEventListener('beforeinput', onInput, { capture: true });
    window.removeEventListener('pointerdown', over, { capture: true });
  };
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
      if (tillId === till && top() === own) own.current(code, 'hub');
    });
    return () => {
      stop();
      handlers.splice(handlers.indexOf(own), 1);
    };
  }, [active, till, layer]);
}
