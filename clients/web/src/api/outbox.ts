import { readStored, writeStored } from '@/lib/storage';
import type { Method } from './http';

/**
 * Requests of the till that have no answer yet. The hub carries each out at most once, so after a reload the page may
 * simply ask again under the same key and learn what became of it.
 */
export type Unanswered = {
  key: string;
  method: Method;
  address: string;
  body: unknown;
  savedAtMs?: number;
  /** Who asked: nobody else's hands carry it out. */
  by?: string;
};

let person: string | undefined;

/** Whose requests are remembered from now on. */
export function askAs(id: string): void {
  person = id;
}

const NAME = 'unanswered';
/** The hub refuses older keys; asking would be pointless. */
const AGE_MS_MAX = 72 * 3600 * 1000;

export function remember(request: Unanswered): void {
  const others = all().filter((other) => other.key !== request.key);
  writeStored(NAME, [...others, { by: person, ...request, savedAtMs: request.savedAtMs ?? Date.now() }]);
}

export function forget(key: string): void {
  writeStored(
    NAME,
    all().filter((request) => request.key !== key),
  );
}

export function all(nowMs: number = Date.now()): Unanswered[] {
  return readStored<Unanswered[]>(NAME, []).filter(
    (request) => nowMs - (request.savedAtMs ?? 0) < AGE_MS_MAX,
  );
}
