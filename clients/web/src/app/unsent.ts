import type { QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { resend } from '@/api/http';
import { all, askAs, forget } from '@/api/outbox';
import { textNow } from '@/i18n';
import { sayDone, sayProblem } from './toasts';

const running = new Set<string>();

async function sendAgain(client: QueryClient, person: string): Promise<void> {
  const left = all().filter((request) => !running.has(request.key));
  const waiting = left.filter((request) => (request.by ?? person) === person);
  for (const other of left) if (!waiting.includes(other)) forget(other.key);
  for (const { key } of waiting) running.add(key);
  const sent = await Promise.all(
    waiting.map((request) =>
      resend(request)
        .then(() => true)
        .catch((error: unknown) => {
          sayProblem(error);
          return false;
        })
        .finally(() => running.delete(request.key)),
    ),
  );
  if (sent.length === 0) return;
  await client.invalidateQueries();
  if (sent.some(Boolean)) sayDone(textNow('link.sent'));
}

/** What an earlier page was told and could not hand over goes out once somebody is here whom the hub knows. */
export function useUnsent(client: QueryClient, person: string, ready: boolean): void {
  useEffect(() => {
    askAs(person);
    if (ready) void sendAgain(client, person);
  }, [client, person, ready]);
}
