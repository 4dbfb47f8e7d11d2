import type { Translate } from '@/i18n';

const AREAS = [
  'till',
  'sales',
  'shift',
  'catalog',
  'cost',
  'stock',
  'staff',
  'roles',
  'settings',
  'devices',
  'payments',
  'parties',
  'reports',
  'office',
  'journal',
] as const;

/** An area of rights in words; one that a newer hub brings is shown under its own name. */
export function areaName(area: string, t: Translate): string {
  const known = AREAS.find((name) => name === area);
  return known ? t(`area.${known}`) : area;
}
