import { queryOptions } from '@tanstack/react-query';
import { get, send } from './http';
import type { DisplayCard, DisplayCode, DisplayView } from './types';

export const displayKeys = {
  view: ['display'] as const,
  ofTill: (till: string) => ['displays', till] as const,
};

/** What this screen shows as a customer's display; a screen that is none is refused with `display.not_paired`. */
export const displayQuery = queryOptions({
  queryKey: displayKeys.view,
  queryFn: ({ signal }) => get<DisplayView>('/display', undefined, signal),
  staleTime: 0,
});

export const tillDisplaysQuery = (till: string) =>
  queryOptions({
    queryKey: displayKeys.ofTill(till),
    queryFn: ({ signal }) => get<DisplayCard[]>(`/tills/${till}/displays`, undefined, signal),
  });

export const pairDisplay = (code: string, key: string) =>
  send<DisplayView>('POST', '/display/pair', { key, body: { code } });
export const leaveDisplay = (_: null, key: string) => send<void>('DELETE', '/display', { key });
export const displayCode = (till: string, key: string) =>
  send<DisplayCode>('POST', `/tills/${till}/display-code`, { key });
export const partDisplay = (id: string, key: string) => send<void>('DELETE', `/displays/${id}`, { key });
export const logoUrl = (hash: string) => `/api/display/logo?v=${hash}`;
