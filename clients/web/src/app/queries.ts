import { notifyManager, QueryClient } from '@tanstack/react-query';
import { ApiError } from '@/api/problem';

// What an answer changes is drawn once, with all else that the same moment changes, and without waiting for a timer.
notifyManager.setScheduler(queueMicrotask);

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // The hub is on the shop's own network: the browser's idea of being online says nothing about it.
      networkMode: 'always',
      // A refusal stays a refusal; silence is worth asking again.
      retry: (count, error) => !(error instanceof ApiError) && count < 30,
      retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 4000),
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});
