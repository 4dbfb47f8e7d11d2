import { queryOptions } from '@tanstack/react-query';
import { get } from './http';
import type { Demo } from './types';

/** The demo store: how far it is made, and who works in it. */
export const demoQuery = queryOptions({
  queryKey: ['demo'] as const,
  queryFn: ({ signal }) => get<Demo>('/demo', undefined, signal),
  refetchInterval: (query) => (query.state.data?.state === 'running' ? 700 : false),
});
