import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';

/** Which card of a list is open in its dialog; a new one can be asked for in the address, from any screen. */
export function useEdited<Card>() {
  const { make }: { make?: boolean } = useSearch({ strict: false });
  const navigate = useNavigate();
  const [card, setCard] = useState<Card | null>(null);
  const edited: Card | 'new' | null = make ? 'new' : card;
  const edit = (next: Card | 'new' | null) => {
    setCard(next === 'new' ? null : next);
    if ((next === 'new') === Boolean(make)) return;
    const search = (before: object) => ({ ...before, make: next === 'new' ? true : undefined });
    void navigate({ to: '.', search: search as never, replace: true });
  };
  return [edited, edit] as const;
}
