import { type ChangeEvent, useLayoutEffect, useRef, useState } from 'react';
import { useAction } from '@/api/action';
import { ApiError, fieldProblem } from '@/api/problem';
import { useIdentity } from '@/app/identity';
import { keep, letGo, takeUp } from './kept';

type Texts<D> = { [K in keyof D]: D[K] extends string ? K : never }[keyof D] & string;
/** A field of the form, or a field inside of one, as the hub names it: `store.bin`. */
export type FieldName<D> = (keyof D & string) | `${keyof D & string}.${string}`;
export type Wrong<D> = { [name in FieldName<D>]?: string };

export type FormOptions<D extends object, Input, Answer> = {
  /** Where unsaved input is kept: `product/12`. */
  place: string;
  /** What the card says; texts are as they are typed. */
  initial: D;
  /** What a person can see to be wrong before the hub is asked: a sentence for a field. */
  check?: (draft: D) => Wrong<D>;
  /** The request, in the API's own type. */
  read: (draft: D) => Input;
  save: (input: Input, key: string) => Promise<Answer>;
  stale?: readonly (readonly unknown[])[];
  onDone?: (answer: Answer) => void;
  /** Fields that are never written down here: passwords. */
  secret?: (keyof D & string)[];
  readOnly?: boolean;
};

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/**
 * The one way to build a form. Errors stand at their field, whether they were seen here or by the hub, and the first
 * faulty field has the focus; what was typed outlives a reload; whoever leaves is asked first.
 */
export function useForm<D extends object, Input, Answer>(options: FormOptions<D, Input, Answer>) {
  const { secret = [], readOnly = false } = options;
  const { user } = useIdentity();
  const place = `form.${user.id}.${options.place}`;
  const [base, setBase] = useState(options.initial);
  const [kept] = useState(() => (readOnly ? null : takeUp(place, options.initial)));
  const [draft, write] = useState<D>(kept ?? options.initial);
  const [restored, setRestored] = useState(kept !== null);
  const [attempts, setAttempts] = useState(0);
  const [edited, setEdited] = useState<ReadonlySet<string>>(new Set());
  const element = useRef<HTMLFormElement>(null);
  const [homeless, setHomeless] = useState(false);
  const [undrawn, setUndrawn] = useState<string[]>([]);
  const latest = useRef(draft);
  latest.current = draft;
  /** Saved or let go: leaving is no loss. */
  const free = useRef(false);

  const setDraft = (next: D) => {
    latest.current = next;
    free.current = false;
    write(next);
    keep(place, base, next, secret);
  };
  const set = <K extends keyof D & string>(name: K, value: D[K]) => {
    setEdited((before) => new Set(before).add(name));
    setDraft({ ...latest.current, [name]: value });
  };
  const forget = () => {
    free.current = true;
    letGo(place);
  };
  const saving = useAction(options.save, {
    stale: options.stale,
    onDone: (answer) => {
      forget();
      setBase(latest.current);
      setRestored(false);
      setAttempts(0);
      options.onDone?.(answer);
    },
  });

  const wrong: Record<string, string | undefined> = options.check?.(draft) ?? {};
  const of = (name: FieldName<D>) =>
    element.current?.querySelector<HTMLElement>(`[data-field="${CSS.escape(name)}"]`);
  const error = saving.error;
  useLayoutEffect(() => {
    const field = error instanceof ApiError ? error.problem.field : undefined;
    const faulty = field ? of(field as FieldName<D>) : null;
    setHomeless(error !== null && !faulty);
    faulty?.focus();
  }, [error]);
  // After a try that was not sent, the first faulty field in the order of the page has the focus.
  useLayoutEffect(() => {
    if (attempts === 0) return;
    const fields = element.current?.querySelectorAll<HTMLElement>('[data-field]') ?? [];
    [...fields].find((field) => wrong[field.dataset.field ?? ''])?.focus();
    setUndrawn(Object.keys(wrong).filter((name) => wrong[name] && !of(name as FieldName<D>)));
  }, [attempts]);

  /** What is wrong with a field: after the first try at once, and what the hub said until it is edited. */
  const problem = (name: FieldName<D>): string | undefined => {
    const said = edited.has(name.split('.')[0] ?? '') ? undefined : fieldProblem(error, name);
    return said ?? (attempts > 0 ? wrong[name] : undefined);
  };
  const field = (name: FieldName<D>) => ({ 'data-field': name, error: problem(name), readOnly });
  return {
    draft,
    set,
    setDraft,
    dirty: !same(draft, base),
    element,
    readOnly,
    restored,
    saving,
    error,
    /** The error has no field of its own on this form. */
    homeless,
    /** What is wrong with fields that are not drawn. */
    unseen: attempts > 0 ? undrawn.flatMap((name) => wrong[name] ?? []) : [],
    problem,
    /** What every field of the form wants to know. */
    field,
    /** A line of text. */
    text: (name: Texts<D>) => ({
      ...field(name),
      value: draft[name] as string,
      onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
        set(name, event.currentTarget.value as D[typeof name]),
    }),
    submit: () => {
      if (readOnly) return;
      setEdited(new Set());
      if (Object.values(wrong).some(Boolean)) {
        setAttempts(attempts + 1);
        return;
      }
      saving.mutate(options.read(draft));
    },
    reset: () => {
      forget();
      write(base);
      latest.current = base;
      setRestored(false);
      setAttempts(0);
      saving.reset();
    },
    forget,
    /** Whether leaving now would lose something. */
    loses: () => !free.current && !same(latest.current, base),
    losesSecrets: () => secret.some((name) => !same(latest.current[name], base[name])),
  };
}
