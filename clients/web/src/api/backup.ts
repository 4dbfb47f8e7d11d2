import { queryOptions } from '@tanstack/react-query';
import { get, send } from './http';
import type { Backup, BackupPlan } from './types';

export const backupKeys = { all: ['backup'] as const };

export const backupQuery = queryOptions({
  queryKey: backupKeys.all,
  queryFn: ({ signal }) => get<Backup>('/backup', undefined, signal),
  // While one runs its progress is asked for; otherwise the light may change with the hours.
  refetchInterval: (query) => (query.state.data?.running ? 700 : 60_000),
});
export const makeBackup = (_: null, key: string) => send<Backup>('POST', '/backup', { key, body: {} });
export const saveBackupPlan = (plan: BackupPlan, key: string) =>
  send<Backup>('PUT', '/backup/plan', { key, body: plan });
export const backupFileUrl = (name: string) => `/api/backup/kept/${encodeURIComponent(name)}`;
