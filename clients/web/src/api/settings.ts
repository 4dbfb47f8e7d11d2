import { queryOptions } from '@tanstack/react-query';
import { draw, get, send } from './http';
import { requestId } from './ids';
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

/** A sample receipt by settings that are not saved. */
export const receiptPreviewQuery = (draft: Settings) =>
  queryOptions({
    queryKey: ['receipt-preview', draft] as const,
    queryFn: ({ signal }) => draw('/receipt/preview', { key: requestId(), body: draft }, signal),
    retry: false,
    gcTime: 0,
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

export const confirmClock = (_: null, key: string) => send<void>('POST', '/clock/confirm', { key, body: {} });

/** What the hub's own clock shows, RFC 3339: read from the date of an answer. */
export const hubTimeQuery = queryOptions({
  queryKey: ['hub-time'],
  queryFn: async ({ signal }) => {
    const answer = await fetch('/api/health', { signal, cache: 'no-store' });
    return new Date(answer.headers.get('date') ?? Date.now()).toISOString();
  },
  refetchInterval: 20_000,
  staleTime: 0,
});
