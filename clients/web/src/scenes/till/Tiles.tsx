import { ActionIcon, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { memo, type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { photoUrl } from '@/api/catalog';
import { tilesQuery } from '@/api/till';
import type { TileProduct } from '@/api/types';
import { Empty } from '@/components/Empty';
import { Quantity, Sum } from '@/components/Figures';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import classes from './Tiles.module.css';
import { tileStyle } from './tileColor';

/**
 * Goods under the finger: a row of categories, below it tiles or a dense list. Drawn anew only when the goods change:
 * a scan must not pay for sixty tiles.
 */
export const Tiles = memo(function Tiles({
  dense,
  onChoose,
}: {
  dense: boolean;
  onChoose: (hit: TileProduct) => void;
}) {
  const t = useT();
  const [category, setCategory] = useState('');
  const tiles = useQuery(tilesQuery(category));
  const products = tiles.data?.products ?? [];
  const [open, setOpen] = useState(false);
  const row = useRef<HTMLDivElement>(null);
  const overflows = useOverflows(row, tiles.data);
  return (
    <div className={classes.area}>
      <div className={classes.top}>
        <div
          ref={row}
          className={classes.categories}
          data-open={open || undefined}
          role="toolbar"
          aria-label={t('till.categories')}
        >
          <CategoryButton name={t('till.all')} active={category === ''} onClick={() => setCategory('')} />
          {tiles.data?.categories.map((item) => (
            <CategoryButton
              key={item.id}
              name={item.name}
              color={item.color}
              active={category === item.id}
              onClick={() => setCategory(item.id)}
            />
          ))}
        </div>
        {(open || overflows) && (
          <ActionIcon
            variant="default"
            size={44}
            radius="xl"
            aria-expanded={open}
            aria-label={t('till.all_categories')}
            onClick={() => setOpen(!open)}
          >
            {open ? <IconChevronUp size={20} /> : <IconChevronDown size={20} />}
          </ActionIcon>
        )}
      </div>
      <ProblemNote error={tiles.error} retry={() => void tiles.refetch()} />
      {tiles.isSuccess && products.length === 0 && (
        <Empty title={t('till.no_tiles')} text={t('till.no_tiles_text')} />
      )}
      <div className={dense ? classes.list : classes.grid}>
        {products.map((hit) =>
          dense ? (
            <Row key={hit.id} hit={hit} onChoose={onChoose} />
          ) : (
            <Tile key={hit.id} hit={hit} onChoose={onChoose} />
          ),
        )}
      </div>
    </div>
  );
});

/** Whether a row holds more than it shows, so that a mouse without a wheel still finds the rest. */
function useOverflows(row: RefObject<HTMLElement | null>, content: unknown): boolean {
  const [overflows, setOverflows] = useState(false);
  useLayoutEffect(() => {
    const element = row.current;
    if (!element) return;
    const measure = () => setOverflows(element.scrollWidth > element.clientWidth + 1);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [row, content]);
  return overflows;
}

function CategoryButton(props: {
  name: string;
  color?: string | null;
  active: boolean;
  onClick: () => void;
}) {
  return (
    <UnstyledButton
      className={classes.category}
      data-active={props.active || undefined}
      aria-pressed={props.active}
      onClick={props.onClick}
    >
      {props.color && <i style={{ background: props.color }} />}
      {props.name}
    </UnstyledButton>
  );
}

type HitProps = { hit: TileProduct; onChoose: (hit: TileProduct) => void };

function Tile({ hit, onChoose }: HitProps) {
  const t = useT();
  return (
    <button type="button" className={classes.tile} onClick={() => onChoose(hit)}>
      {hit.photo_hash ? (
        <img src={photoUrl(hit.photo_hash)} alt="" loading="lazy" />
      ) : (
        <span className={classes.letter} style={tileStyle(hit.id)} aria-hidden>
          {[...hit.name][0]}
        </span>
      )}
      <span className={classes.name}>{hit.name}</span>
      <strong>{hit.price ? <Sum of={hit.price} /> : t('product.no_price')}</strong>
    </button>
  );
}

function Row({ hit, onChoose }: HitProps) {
  const t = useT();
  return (
    <button type="button" className={classes.row} onClick={() => onChoose(hit)}>
      <span className={classes.name}>{hit.name}</span>
      <span className="soft">
        <Quantity of={hit.stock} unit={hit.unit} />
      </span>
      <strong>{hit.price ? <Sum of={hit.price} /> : t('product.no_price')}</strong>
    </button>
  );
}
