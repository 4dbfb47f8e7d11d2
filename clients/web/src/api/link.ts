import { createStore } from '@/lib/store';

/** Whether the hub answers. `asking` says since when a request has been waiting for it to come back. */
export type HubLink = { up: boolean; unanswered: number };

export const hubLink = createStore<HubLink>({ up: true, unanswered: 0 });

let lastAnswerMs: number | null = null;
/** When the hub was last heard, milliseconds since 1970: the date of everything that is shown while it is away. */
export const knownAt = createStore<number | null>(null);

export function noteAnswer(): void {
  lastAnswerMs = Date.now();
  const now = hubLink.get();
  if (!now.up) hubLink.set({ ...now, up: true });
}

export function noteSilence(): void {
  const now = hubLink.get();
  if (now.up && lastAnswerMs !== null) knownAt.set(lastAnswerMs);
  if (now.up) hubLink.set({ ...now, up: false });
}

export function noteUnanswered(delta: 1 | -1): void {
  const now = hubLink.get();
  hubLink.set({ ...now, unanswered: Math.max(0, now.unanswered + delta) });
}
