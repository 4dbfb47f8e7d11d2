import { describe, expect, it } from 'vitest';
import type { TileCategory } from '@/api/types';
import { childrenOf, rootOf } from './categories';
import { initialsOf } from './tileColor';

const category = (id: string, parent_id: string | null): TileCategory => ({
  id,
  name: id,
  color: '',
  icon: '',
  parent_id,
});
const TREE = [
  category('food', null),
  category('milk', 'food'),
  category('kefir', 'milk'),
  category('lost', 'gone'),
];

describe('categories at the till', () => {
  it('stand below their parents, and as roots when the parent is away', () => {
    expect(childrenOf(TREE, '').map(({ id }) => id)).toEqual(['food', 'lost']);
    expect(childrenOf(TREE, 'food').map(({ id }) => id)).toEqual(['milk']);
  });

  it.each([
    ['kefir', 'food'],
    ['food', 'food'],
    ['lost', 'lost'],
    ['', ''],
    ['unknown', ''],
  ])('%j belongs to %j', (id, root) => {
    expect(rootOf(TREE, id)).toBe(root);
  });
});

describe('drawn initials', () => {
  it.each([
    ['Сүт 3,2 % 1 л', 'С3'],
    ['Батон', 'Ба'],
    ['«Қазы» домашняя', 'ҚД'],
    ['', ''],
  ])('%j is %j', (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });
});
