import type { Permission, Role, Scope } from '@/api/types';
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
  'backup',
] as const;

/** An area of rights in words; one that a newer hub brings is shown under its own name. */
export function areaName(area: string, t: Translate): string {
  const known = AREAS.find((name) => name === area);
  return known ? t(`area.${known}`) : area;
}

const RIGHTS = [
  'till.use',
  'sales.sell',
  'sales.view',
  'sales.discount',
  'sales.price_override',
  'sales.backdate',
  'sales.return',
  'sales.return_without_receipt',
  'payments.decide',
  'shift.open',
  'shift.close',
  'shift.cash_in',
  'shift.cash_out',
  'shift.view',
  'catalog.view',
  'catalog.edit',
  'catalog.import',
  'catalog.export',
  'cost.view',
  'stock.view',
  'stock.adjust',
  'parties.view',
  'parties.edit',
  'reports.view',
  'staff.view',
  'staff.edit',
  'roles.view',
  'roles.edit',
  'settings.edit',
  'devices.view',
  'devices.edit',
  'office.view',
  'office.edit',
  'journal.view',
  'backup.view',
  'backup.edit',
] as const;

/** A right in words. */
export function rightName(permission: string, t: Translate): string {
  const known = RIGHTS.find((name) => name === permission);
  return known ? t(`right.${known}`) : permission;
}

const WIDTH: Record<Scope, number> = { own: 1, store: 2, all: 3 };

/** How far a right of a role reaches; the owner's role holds them all. */
export function reach(role: Pick<Role, 'permissions'>, { permission, area }: Permission): Scope | null {
  const given = role.permissions.filter((entry) => [permission, `${area}.*`, '*'].includes(entry.permission));
  return given.reduce<Scope | null>(
    (widest, { scope }) => (widest === null || WIDTH[scope] > WIDTH[widest] ? scope : widest),
    null,
  );
}

/** Whether a role holds a right. */
export const holds = (role: Pick<Role, 'permissions'>, permission: Permission): boolean =>
  reach(role, permission) !== null;
