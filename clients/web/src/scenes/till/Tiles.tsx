import { ActionIcon } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { memo, type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { photoUrl } from '@/api/catalog';
import { tilesQuery } from '@/api/till';
import type { TileProduct } from '@/api/types';
import { Empty } from '@/components/Empty';
import { Quantity, Sum } from '@/components/Figures';
import { ProblemNote } from '@/components/ProblemNote';
import { Sentinel } from '@/components/table/Sentinel';
import { useT } from '@/i18n';
import { unbroken } from '@/lib/names';
import { CategoryButton } from './CategoryButton';
import { childrenOf, rootOf } from './categories';
import classes from './Tiles.module.css';
import { initialsOf, tileStyle } from './tileColor';
import type { TillView } from './tillView';

/**
 * Goods under the finger: categories, below them tiles or a dense list, what sells best first. Drawn anew only when the
 * goods change: a scan must not pay for sixty tiles.
 */
export const Tiles = memo(function Tiles({
  view,
  onChoose,
}: {
  view: TillView['goods'];
  onChoose: (hit: TileProduct) => void;
}) {
  const t = useT();
  const [category, setCategory] = useState('');
  const tiles = useInfiniteQuery(tilesQuery(category));
  const pages = tiles.data?.pages ?? [];
  const products = pages.flatMap((page) => page.items);
  const categories = pages[0]?.categories ?? [];
  const root = rootOf(categories, category);
  const inside = root === '' ? [] : childrenOf(categories, root);
  const [open, setOpen] = useState(false);
  const row = useRef<HTMLDivElement>(null);
  const overflows = useOverflows(row, categories);
  const area = useRef<HTMLDivElement>(null);
  const choose = (id: string) => {
    setCategory(id);
    area.current?.scrollTo({ top: 0 });
  };
  const button = (item: (typeof categories)[number], active: boolean) => (
    <CategoryButton
      key={item.id}
      id={item.id}
      name={item.name}
      color={item.color}
      active={active}
      onChoose={choose}
    />
  );
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
          <CategoryButton id="" name={t('till.all')} active={category === ''} onChoose={choose} />
          {childrenOf(categories, '').map((item) => button(item, root === item.id))}
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
      {inside.length > 0 && (
        <div className={classes.categories} role="toolbar" aria-label={t('till.subcategories')}>
          {inside.map((item) => button(item, category === item.id))}
        </div>
      )}
      <ProblemNote error={tiles.error} retry={() => void tiles.refetch()} />
      {tiles.isSuccess && products.length === 0 && (
        <Empty title={t('till.no_tiles')} text={t('till.no_tiles_text')} />
      )}
      <div ref={area} className={view === 'list' ? classes.list : classes.grid} data-view={view}>
        {products.map((hit) =>
          view === 'list' ? (
            <Row key={hit.id} hit={hit} onChoose={onChoose} />
          ) : (
            <Tile key={hit.id} hit={hit} onChoose={onChoose} />
          ),
        )}
        <Sentinel
          active={tiles.hasNextPage && !tiles.isFetchingNextPage}
          onSeen={() => void tiles.fetchNextPage()}
        />
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

type HitProps = { hit: TileProduct; onChoose: (hit: TileProduct) => void };

const Tile = memo(function Tile({ hit, onChoose }: HitProps) {
  const t = useT();
  return (
    <button type="button" className={classes.tile} onClick={() => onChoose(hit)}>
      {hit.photo_hash ? (
        <img src={photoUrl(hit.photo_hash)} alt="" loading="lazy" />
      ) : (
        <span className={classes.letter} style={tileStyle(hit.category_id ?? hit.id)} aria-hidden>
          {initialsOf(hit.name)}
        </span>
      )}
      <span className={classes.name}>{unbroken(hit.name)}</span>
      <strong>{hit.price ? <Sum of={hit.price} /> : t('product.no_price')}</strong>
    </button>
  );
});

const Row = memo(function Row({ hit, onChoose }: HitProps) {
  const t = useT();
  return (
    <button type="button" className={classes.row} onClick={() => onChoose(hit)}>
      <span className={classes.name}>{unbroken(hit.name)}</span>
      <span className="soft">
        <Quantity of={hit.stock} unit={hit.unit} />
      </span>
      <strong>{hit.price ? <Sum of={hit.price} /> : t('product.no_price')}</strong>
    </button>
  );
});
