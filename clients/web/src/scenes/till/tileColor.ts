import type { CSSProperties } from 'react';

const HUES = [176, 208, 248, 318, 14, 40, 92, 200];

/** A colour of its own for a good without a picture, the same every day. */
export function tileStyle(id: string): CSSProperties {
  let sum = 0;
  for (const digit of id) sum = (sum * 31 + (digit.codePointAt(0) ?? 0)) % 9973;
  return { '--hue': HUES[sum % HUES.length] } as CSSProperties;
}

/** Two signs that stand for a name: of its first two words, or of its only one. */
export function initialsOf(name: string): string {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  const [first = '', second] = words;
  const signs = [...first];
  if (second === undefined) return `${signs[0]?.toUpperCase() ?? ''}${signs[1] ?? ''}`;
  return `${signs[0] ?? ''}${[...second][0] ?? ''}`.toUpperCase();
}
