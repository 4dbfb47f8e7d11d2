import type { Language } from '@/api/types';
import { figuresLocale } from './figures';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

/** `1.4 GB`: a size as people of the language write it. */
export function formatBytes(bytes: number, language: Language): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const fraction = unit > 0 && size < 10 ? 1 : 0;
  return new Intl.NumberFormat(figuresLocale(language), {
    style: 'unit',
    unit: UNITS[unit],
    unitDisplay: 'short',
    maximumFractionDigits: fraction,
  }).format(size);
}
