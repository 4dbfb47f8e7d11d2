import { TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { productSearchQuery } from '@/api/catalog';
import type { ProductHit } from '@/api/types';
import { CameraButton } from '@/app/CameraButton';
import { useScans } from '@/app/scans';
import { Quantity } from './Figures';
import classes from './ProductPicker.module.css';

/** One good by name, article or scan. */
export function ProductPicker(props: {
  label: string;
  name?: string;
  /** What to say when nothing is found. */
  none?: string;
  onChoose: (hit: ProductHit) => void;
}) {
  const client = useQueryClient();
  const [text, setText] = useState<string | null>(null);
  const [q] = useDebouncedValue((text ?? '').trim(), 120);
  const found = useQuery(productSearchQuery(q));
  const choose = (hit: ProductHit) => {
    props.onChoose(hit);
    setText(null);
  };
  useScans(async (code) => {
    const answer = await client.fetchQuery(productSearchQuery(code));
    const [only, another] = answer.items;
    if (only && !another) choose(only);
    else setText(code);
  });
  const hits = text === null || q === '' ? [] : (found.data?.items ?? []);
  return (
    <div>
      <TextInput
        data-autofocus
        label={props.label}
        value={text ?? props.name ?? ''}
        error={q !== '' && q === text?.trim() && found.data?.items.length === 0 && props.none}
        onChange={(event) => setText(event.currentTarget.value)}
        onFocus={(event) => event.currentTarget.select()}
        onKeyDown={(event) => {
          const first = hits[0];
          if (event.key !== 'Enter' || !first) return;
          event.preventDefault();
          choose(first);
        }}
        rightSection={<CameraButton size={38} />}
        required
      />
      {hits.length > 0 && (
        <div className={classes.hits}>
          {hits.slice(0, 8).map((hit) => (
            <UnstyledButton key={hit.id} className={classes.hit} onClick={() => choose(hit)}>
              <span>{hit.name}</span>
              <span className="soft">
                <Quantity of={hit.stock} unit={hit.unit} />
              </span>
            </UnstyledButton>
          ))}
        </div>
      )}
    </div>
  );
}
