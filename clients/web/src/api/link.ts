import { createStore } from '@/lib/store';

/** Whether the hub answers. `asking` says since when a request has been waiting for it to come back. */
export type HubLink = { up: boolean; unanswered: number };

export const hubLink = createStore<HubLink>({ up: true, unanswered: 0 });

export function noteAnswer(): void {
  const now = hubLink.get();
  if (!now.up) hubLink.set({ ...now, up: true });
}

export function noteSilence(): void {
  const now = hubLink.get();
  if (now.up) hubLink.set({ ...now, up: false });
}

export function noteUnanswered(delta: 1 | -1): void {
  const now = hubLink.get();
  hubLink.set({ ...now, unanswered: Math.max(0, now.unanswered + delta) });
}
