import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, send } from '@/api/http';
import { requestId } from '@/api/ids';
import { readStored, writeStored } from '@/lib/storage';
import { createStore } from '@/lib/store';
import { useIdentity } from './identity';

type Wishes = Record<string, unknown>;
type Preferences = { items: Wishes };

/** Changes that follow each other, such as of a width, go to the hub together. */
const SETTLE_MS = 600;
/** Wishes that the hub has not confirmed yet, by the place where this device keeps them: they hold against its answers. */
const unconfirmed = createStore<Wishes>({});
const timers = new Map<string, ReturnType<typeof setTimeout>>();

const preferencesQuery = (user: string) =>
  queryOptions({
    queryKey: ['preferences', user],
    queryFn: async ({ signal }) => (await get<Preferences>('/preferences', undefined, signal)).items,
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
  const own = unconfirmed.use();
  const known = data ? data[name] : readStored<T | null>(place, null);
  const kept = (place in own ? own[place] : known) as T | null | undefined;

  const tell = async (value: T | null) => {
    const answer = await send<Preferences>('PUT', '/preferences', {
      key: requestId(),
      body: { name, value },
    });
    client.setQueryData(query.queryKey, answer.items);
    const { [place]: confirmed, ...others } = unconfirmed.get();
    if (confirmed === value) unconfirmed.set(others);
  };
  const set = (next: T | null) => {
    writeStored(place, next);
    unconfirmed.set({ ...unconfirmed.get(), [place]: next });
    clearTimeout(timers.get(place));
    // Where the hub cannot take it, this device goes on remembering it: no message, nothing is lost.
    timers.set(
      place,
      setTimeout(() => void tell(next).catch(() => undefined), SETTLE_MS),
    );
  };
  return [kept ?? initial, set];
}
