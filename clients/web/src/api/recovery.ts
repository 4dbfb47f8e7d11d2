import { queryOptions } from '@tanstack/react-query';
import { get, send } from './http';
import type { Recovery, RecoverySheet } from './types';

export const recoveryKeys = { all: ['recovery'] as const };

export const recoveryQuery = queryOptions({
  queryKey: recoveryKeys.all,
  queryFn: ({ signal }) => get<Recovery>('/recovery', undefined, signal),
});
export const makeSheet = (password: string, key: string) =>
  send<RecoverySheet>('POST', '/recovery/sheet', { key, body: { password } });
/** The words are on paper: the hub forgets them. */
export const sheetKept = (_: null, key: string) =>
  send<void>('POST', '/recovery/sheet/kept', { key, body: {} });
