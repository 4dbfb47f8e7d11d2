import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { productSearchQuery } from '@/api/catalog';
import type { ProductHit } from '@/api/types';
import { CameraButton } from '@/app/CameraButton';
import { useScans } from '@/app/scans';
import { Quantity } from './Figures';
import { Lookup } from './lookup/Lookup';

const useProducts = (q: string) => {
  const { data, isFetching, isSuccess } = useQuery(productSearchQuery(q));
  return { items: data?.items ?? [], isFetching, isSuccess };
};

/** One good by name, article or scan. */
export function ProductPicker(props: {
  label: string;
  name?: string;
  error?: ReactNode;
  'data-field'?: string;
  /** What to say when nothing is found. */
  none?: string;
  onChoose: (hit: ProductHit) => void;
  onCreate?: (text: string) => void;
}) {
  const client = useQueryClient();
  const [unknown, setUnknown] = useState<string | null>(null);
  useScans(async (code) => {
    const answer = await client.fetchQuery(productSearchQuery(code));
    const [only, another] = answer.items;
    setUnknown(only ? null : code);
    if (only && !another) props.onChoose(only);
    else if (!only) props.onCreate?.(code);
  });
  return (
    <Lookup
      {...props}
      required
      aside={<CameraButton size={38} />}
      error={props.error ?? (unknown && props.none ? `${unknown}: ${props.none}` : undefined)}
      useFound={useProducts}
      itemKey={(hit) => hit.id}
      itemName={(hit) => hit.name}
      itemAside={(hit) => <Quantity of={hit.stock} unit={hit.unit} />}
      onChoose={(hit) => {
        setUnknown(null);
        props.onChoose(hit);
      }}
    />
  );
}
