import { queryOptions } from '@tanstack/react-query';
import { get } from './http';
import type { Health } from './types';

export const healthQuery = queryOptions({
  queryKey: ['health'] as const,
  queryFn: ({ signal }) => get<Health>('/admin/health', undefined, signal),
  refetchInterval: 15_000,
});
