import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { requestId } from './ids';
import { HubSilent } from './problem';

/**
 * One action of the user. Its key is made when it begins and kept until the hub has answered, so that a double click and
 * a second try after silence are the same request to the hub. A click while it runs joins the running one.
 */
export function useAction<Input, Answer>(
  run: (input: Input, key: string) => Promise<Answer>,
  options: {
    /** Query keys that are stale once it has succeeded. */
    stale?: readonly (readonly unknown[])[];
    onDone?: (answer: Answer, input: Input) => void;
  } = {},
) {
  const client = useQueryClient();
  const open = useRef<{ input: string; key: string; running: Promise<Answer> | null } | null>(null);

  return useMutation<Answer, Error, Input>({
    mutationFn: (input) => {
      const text = input instanceof FormData ? '' : JSON.stringify(input ?? null);
      const same = open.current?.input === text && !(input instanceof FormData) ? open.current : null;
      if (same?.running) return same.running;
      const attempt = { input: text, key: same?.key ?? requestId(), running: null as Promise<Answer> | null };
      attempt.running = run(input, attempt.key).then(
        (answer) => {
          open.current = null;
          return answer;
        },
        (error: unknown) => {
          attempt.running = null;
          if (!(error instanceof HubSilent)) open.current = null;
          throw error;
        },
      );
      open.current = attempt;
      return attempt.running;
    },
    onSuccess: async (answer, input) => {
      options.onDone?.(answer, input);
      await Promise.all((options.stale ?? []).map((queryKey) => client.invalidateQueries({ queryKey })));
    },
  });
}
