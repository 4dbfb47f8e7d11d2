import { useState } from 'react';

/** A form's values: what was loaded, what has been changed, and whether they differ. */
export function useDraft<T extends object>(initial: T) {
  const [draft, setDraft] = useState(initial);
  const set = <K extends keyof T>(name: K, value: T[K]) =>
    setDraft((before) => ({ ...before, [name]: value }));
  const dirty = JSON.stringify(draft) !== JSON.stringify(initial);
  return { draft, set, setDraft, dirty };
}
