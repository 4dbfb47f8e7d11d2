import type { Category } from '@/api/types';
import { compareWords } from '@/lib/locale';

export type Place = { category: Category; path: string; depth: number };

/** Categories in the order of their tree, each with its whole path. A lost parent makes a category a root. */
export function categoryPaths(categories: Category[]): Place[] {
  const known = new Set(categories.map((category) => category.id));
  const sorted = [...categories].sort((a, b) => compareWords(a.name, b.name));
  const places: Place[] = [];
  const visit = (parent: string | null, prefix: string, depth: number) => {
    for (const category of sorted) {
      const own = category.parent_id && known.has(category.parent_id) ? category.parent_id : null;
      if (own !== parent) continue;
      const path = prefix ? `${prefix} / ${category.name}` : category.name;
      places.push({ category, path, depth });
      visit(category.id, path, depth + 1);
    }
  };
  visit(null, '', 0);
  return places;
}
