import { queryOptions } from '@tanstack/react-query';
import { get, send } from './http';
import type { Language, PersonWithPin, Session, SetupDone, SetupInput, SetupState } from './types';

export const sessionKeys = {
  setup: ['setup'] as const,
  session: ['session'] as const,
  people: ['session', 'people'] as const,
};

export const setupQuery = queryOptions({
  queryKey: sessionKeys.setup,
  queryFn: ({ signal }) => get<SetupState>('/setup', undefined, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

export const sessionQuery = queryOptions({
  queryKey: sessionKeys.session,
  queryFn: ({ signal }) => get<Session>('/session', undefined, signal),
  staleTime: 60_000,
  retry: false,
});

export const peopleQuery = queryOptions({
  queryKey: sessionKeys.people,
  queryFn: ({ signal }) => get<PersonWithPin[]>('/session/people', undefined, signal),
});

export const setUp = (body: SetupInput, key: string) => send<SetupDone>('POST', '/setup', { key, body });
export const signIn = (body: { phone: string; password: string; till_id?: string }, key: string) =>
  send<Session>('POST', '/session', { key, body });
export const signOut = (_: null, key: string) => send<void>('DELETE', '/session', { key });
export const lock = (_: null, key: string) => send<void>('POST', '/session/lock', { key });
export const enterPin = (body: { user_id?: string; pin: string }, key: string) =>
  send<Session>('POST', '/session/pin', { key, body });
export const chooseLanguage = (language: Language, key: string) =>
  send<Session>('PUT', '/session/language', { key, body: { language } });
export const chooseTill = (till_id: string, key: string) =>
  send<Session>('PUT', '/session/till', { key, body: { till_id } });
