import {
  type DehydratedState,
  dehydrate,
  hydrate,
  type Query,
  type QueryClient,
} from '@tanstack/react-query';
import { hubLink, knownAt } from '@/api/link';
import { sessionKeys } from '@/api/session';
import { clearShelf, putOnShelf, takeFromShelf } from '@/lib/shelf';
import { interruption } from './interruption';

/**
 * What this device knew last, for the times when its hub is out of reach: shown greyed, with its date. It goes with the
 * person: signing out or locking takes it away, because without the hub nobody can be asked for a PIN.
 */
const NAME = 'last-known';
const KEEP_MS = 60_000;
/** Yesterday's figures help; last month's only mislead. */
const AGE_MS_MAX = 3 * 24 * 3600_000;
const FAMILIES = new Set([
  'setup',
  'session',
  'reports',
  'catalog',
  'stock',
  'sales',
  'shifts',
  'till',
  'settings',
  'parties',
]);

type Kept = { atMs: number; state: DehydratedState };

const isWorthKeeping = (query: Query): boolean =>
  query.state.status === 'success' && FAMILIES.has(String(query.queryKey[0])) && !isSecret(query);

/** People with a PIN are asked for only at the lock. */
const isSecret = (query: Query) => query.queryKey.length > 1 && query.queryKey[0] === 'session';

export function forgetLastKnown(): Promise<void> {
  return clearShelf(NAME);
}

async function keep(client: QueryClient): Promise<void> {
  if (!hubLink.get().up || interruption.get() !== null) return;
  if (client.getQueryData(sessionKeys.session) === undefined) return;
  const state = dehydrate(client, {
    shouldDehydrateQuery: isWorthKeeping,
    shouldDehydrateMutation: () => false,
  });
  await putOnShelf(NAME, { atMs: Date.now(), state } satisfies Kept);
}

/** Keeps what is known while somebody is signed in. */
export function keepLastKnown(client: QueryClient): () => void {
  const timer = setInterval(() => void keep(client), KEEP_MS);
  const onHide = () => document.visibilityState === 'hidden' && void keep(client);
  document.addEventListener('visibilitychange', onHide);
  const stop = interruption.subscribe(() => interruption.get() === 'locked' && void forgetLastKnown());
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', onHide);
    stop();
  };
}

/** A page that starts while its hub is silent shows what the device knew last. */
export function recallWhenSilent(client: QueryClient): void {
  const recall = async () => {
    if (client.getQueryData(sessionKeys.session) !== undefined) return;
    const kept = await takeFromShelf<Kept>(NAME);
    if (!kept || Date.now() - kept.atMs > AGE_MS_MAX || hubLink.get().up) return;
    knownAt.set(kept.atMs);
    hydrate(client, kept.state);
  };
  const stop = hubLink.subscribe(() => {
    if (hubLink.get().up) return;
    stop();
    void recall();
  });
}
