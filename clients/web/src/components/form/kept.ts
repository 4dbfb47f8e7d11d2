import { dropStored, readStored, storedNames, writeStored } from '@/lib/storage';

/** What was typed and not saved, with what the form had begun from. */
type Kept<D> = { initial: D; draft: D; atMs: number };

/** Older input belongs to nobody's memory any more. */
const AGE_MS_MAX = 72 * 3600 * 1000;

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/**
 * Unsaved input of an earlier page, laid over what the card says now: fields that the person had changed keep what was
 * typed, all others are as they are. Nothing when nothing was kept.
 */
export function takeUp<D extends object>(place: string, initial: D, nowMs: number = Date.now()): D | null {
  const kept = readStored<Kept<D> | null>(place, null);
  if (!kept?.draft || nowMs - kept.atMs > AGE_MS_MAX) return null;
  const draft = { ...initial };
  for (const name of Object.keys(initial) as (keyof D)[]) {
    if (name in kept.draft && !same(kept.draft[name], kept.initial[name])) draft[name] = kept.draft[name];
  }
  return same(draft, initial) ? null : draft;
}

export function keep<D extends object>(place: string, initial: D, draft: D, secret: (keyof D)[]): void {
  const open = { ...draft };
  for (const name of secret) open[name] = initial[name];
  if (same(open, initial)) dropStored(place);
  else writeStored(place, { initial, draft: open, atMs: Date.now() } satisfies Kept<D>);
}

/** A cart that is gone and a day that is over are not come back to: what was typed there goes with its age. */
export function sweepKept(nowMs: number = Date.now()): void {
  for (const place of storedNames('form.')) {
    if (nowMs - (readStored<Kept<object> | null>(place, null)?.atMs ?? 0) > AGE_MS_MAX) dropStored(place);
  }
}

export const letGo = (place: string): void => dropStored(place);
