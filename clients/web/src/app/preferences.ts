import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { get, send } from '@/api/http';
import { requestId } from '@/api/ids';
import { readStored, writeStored } from '@/lib/storage';
import { useIdentity } from './identity';

type Wishes = Record<string, unknown>;

/** Changes that follow each other, such as of a width, go to the hub together. */
const SETTLE_MS = 600;
/** Wishes on their way to the hub; the page may change before they are sent. */
const waiting = new Map<string, ReturnType<typeof setTimeout>>();

const preferencesQuery = (user: string) =>
  queryOptions({
    queryKey: ['preferences', user],
    queryFn: async ({ signal }) => (await get<{ items: Wishes }>('/preferences', undefined, signal)).items,
    staleTime: Number.POSITIVE_INFINITY,
  });

/**
 * How a person likes a thing on the screen. The hub keeps it, so that it follows the person to any device; until the hub
 * has answered, what this device remembers is shown.
 */
export function usePreference<T>(name: string, initial: T): readonly [T, (next: T | null) => void] {
  const { user } = useIdentity();
  const client = useQueryClient();
  const query = preferencesQuery(user.id);
  const { data } = useQuery(query);
  const place = `preference.${user.id}.${name}`;
  const latest = useRef<T | null>(null);
  const kept = (data ? data[name] : readStored<T | null>(place, null)) as T | null | undefined;
  const set = (next: T | null) => {
    latest.current = next;
    writeStored(place, next);
    client.setQueryData<Wishes>(query.queryKey, (before) => ({ ...before, [name]: next ?? undefined }));
    clearTimeout(waiting.get(name));
    waiting.set(
      name,
      setTimeout(() => {
        waiting.delete(name);
        // A wish that the hub could not take is asked for again by the person, not by a message.
        void send('PUT', '/preferences', {
          key: requestId(),
          body: { name, value: latest.current },
        }).catch(() => undefined);
      }, SETTLE_MS),
    );
  };
  return [kept ?? initial, set];
}
