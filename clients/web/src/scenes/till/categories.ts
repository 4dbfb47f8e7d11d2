import type { TileCategory } from '@/api/types';

const parentOf = (all: TileCategory[], one: TileCategory): TileCategory | undefined =>
  all.find((other) => other.id === one.parent_id);

/** What lies directly in a category; the roots for none. A category whose parent is put away is a root. */
export function childrenOf(all: TileCategory[], parent: string): TileCategory[] {
  return all.filter((one) => (parentOf(all, one)?.id ?? '') === parent);
}

/** The root that a category belongs to; nothing for none. */
export function rootOf(all: TileCategory[], id: string): string {
  let at = all.find((one) => one.id === id);
  // A tree is never deeper than it has members, whatever stands in the cards.
  for (let step = 0; at && step < all.length; step += 1) {
    const above = parentOf(all, at);
    if (!above) return at.id;
    at = above;
  }
  return '';
}
