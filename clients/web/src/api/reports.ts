import { queryOptions } from '@tanstack/react-query';
import { get } from './http';
import type { Home } from './types';

export const reportKeys = { home: ['reports', 'home'] as const };

export const homeQuery = queryOptions({
  queryKey: reportKeys.home,
  queryFn: ({ signal }) => get<Home>('/home', undefined, signal),
});
