import { queryOptions } from '@tanstack/react-query';
import { get, send } from './http';
import type { Settings, Till, Version } from './types';

export const settingsKeys = {
  all: ['settings'] as const,
  settings: ['settings', 'store'] as const,
  tills: ['settings', 'tills'] as const,
  version: ['settings', 'version'] as const,
};

export const settingsQuery = queryOptions({
  queryKey: settingsKeys.settings,
  queryFn: ({ signal }) => get<Settings>('/settings', undefined, signal),
});
export const tillsQuery = queryOptions({
  queryKey: settingsKeys.tills,
  queryFn: ({ signal }) => get<Till[]>('/tills', undefined, signal),
});
export const versionQuery = queryOptions({
  queryKey: settingsKeys.version,
  queryFn: ({ signal }) => get<Version>('/version', undefined, signal),
  staleTime: 600_000,
});

export const saveSettings = (body: Settings, key: string) =>
  send<Settings>('PUT', '/settings', { key, body });
export type TillInput = Omit<Till, 'id' | 'version' | 'archived' | 'number' | 'open_shift_id'> & {
  id?: string;
  version?: number;
  number?: number;
  archived?: boolean;
};
export const saveTill = ({ id, ...body }: TillInput, key: string) =>
  id ? send<Till>('PUT', `/tills/${id}`, { key, body }) : send<Till>('POST', '/tills', { key, body });
