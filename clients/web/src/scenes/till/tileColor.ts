import type { CSSProperties } from 'react';

const HUES = [176, 208, 248, 318, 14, 40, 92, 200];

/** A colour of its own for a good without a picture, the same every day. */
export function tileStyle(id: string): CSSProperties {
  let sum = 0;
  for (const digit of id) sum = (sum * 31 + (digit.codePointAt(0) ?? 0)) % 9973;
  return { '--hue': HUES[sum % HUES.length] } as CSSProperties;
}
