import { Loader, TextInput } from '@mantine/core';
import { useDebouncedValue, useMergedRef } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type KeyboardEvent, memo, type Ref, useEffect, useRef, useState } from 'react';
import { productSearchQuery } from '@/api/catalog';
import type { ProductHit } from '@/api/types';
import { isAsked } from '@/app/questions';
import { Quantity, Sum } from '@/components/Figures';
import { useT } from '@/i18n';
import { readEntry } from './entry';
import { Highlighted } from './Highlighted';
import classes from './SearchLine.module.css';
import type { TillCart } from './useCart';

const isField = (element: Element | null) =>
  element?.matches('input, textarea, select, button:focus-visible') ?? false;

type LineProps = { ref: Ref<HTMLInputElement>; till: TillCart };

/** The till's actions stay valid however old they are: a scan draws nothing here. */
export const SearchLine = memo(Line, (before, now) => before.ref === now.ref);

/** The line where focus rests: a name, an article, a code, or `3*` before any of them. */
function Line({ ref, till }: LineProps) {
  const t = useT();
  const own = useRef<HTMLInputElement>(null);
  const merged = useMergedRef(ref, own);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const client = useQueryClient();
  const entry = readEntry(text);
  const [wanted] = useDebouncedValue(entry.rest, 80);
  const found = useQuery(productSearchQuery(wanted));
  const hits = entry.rest === '' ? [] : (found.data?.items ?? []);
  const chosen = Math.min(at, hits.length - 1);

  // Focus comes back here from wherever nothing is being typed.
  useEffect(() => {
    own.current?.focus();
    const onKey = (event: globalThis.KeyboardEvent) => {
      const letter = event.key.length === 1 && !event.ctrlKey && !event.metaKey;
      if (letter && !isField(document.activeElement) && !isAsked()) own.current?.focus();
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, []);

  const clear = () => {
    setText('');
    setAt(0);
  };
  const take = (hit: ProductHit) => {
    void till.add(hit.id, entry.quantity);
    clear();
    own.current?.focus();
  };
  /** Enter came before the list did: what it would have begun with, or else the code. */
  const takeFirst = async () => {
    const answer = await client.fetchQuery(productSearchQuery(entry.rest)).catch(() => null);
    const hit = answer?.items[0];
    if (hit) take(hit);
    else await till.scan(entry.rest, entry.quantity).then(clear);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && entry.rest !== '') {
      const hit = hits[chosen];
      if (entry.isCode) void till.scan(entry.rest, entry.quantity).then(clear);
      else if (hit && wanted === entry.rest) take(hit);
      else void takeFirst();
    } else if (event.key === 'ArrowDown' && hits.length > 0) setAt(Math.min(chosen + 1, hits.length - 1));
    else if (event.key === 'ArrowUp' && hits.length > 0) setAt(Math.max(chosen - 1, 0));
    else if (event.key === 'Escape' && text !== '') clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className={classes.search}>
      <TextInput
        ref={merged}
        data-search
        size="lg"
        autoComplete="off"
        spellCheck={false}
        aria-label={t('till.search')}
        placeholder={t('till.search')}
        leftSection={<IconSearch size={22} />}
        rightSection={found.isFetching && hits.length === 0 ? <Loader size="xs" /> : <kbd>F2</kbd>}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      {entry.rest !== '' && (
        <div className={classes.hits}>
          {hits.map((hit, index) => (
            <button
              key={hit.id}
              type="button"
              className={classes.hit}
              data-chosen={index === chosen || undefined}
              onClick={() => take(hit)}
            >
              <span className={classes.name}>
                <Highlighted text={hit.name} marks={hit.highlights ?? []} />
              </span>
              <span className="soft">
                <Quantity of={hit.stock} unit={hit.unit} />
              </span>
              <strong>{hit.price ? <Sum of={hit.price} /> : t('product.no_price')}</strong>
            </button>
          ))}
          {hits.length === 0 && found.isSuccess && wanted === entry.rest && (
            <p className="soft">{t('till.nothing_found')}</p>
          )}
        </div>
      )}
    </div>
  );
}
