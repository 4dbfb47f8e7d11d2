import {
  IconBuildingStore,
  IconCash,
  IconDeviceDesktop,
  IconHome,
  IconPackages,
  IconReceipt,
  IconSettings,
  IconTags,
  IconUsers,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { Session } from '@/api/types';
import type { TextKey } from '@/i18n';

export type MenuItem = { to: string; label: TextKey; any: string[]; role?: 'store' | 'office' };
export type MenuSection = MenuItem & {
  /** A shorter word for the bar of a phone. */
  short?: TextKey;
  icon: ComponentType<{ size?: number }>;
  items?: MenuItem[];
};

/** The sections in the users' words. What a person may not do is not there. */
const MENU: MenuSection[] = [
  { to: '/', label: 'menu.home', icon: IconHome, any: ['reports.view'], role: 'store' },
  { to: '/till', label: 'menu.till', icon: IconCash, any: ['till.use'], role: 'store' },
  {
    to: '/sales',
    label: 'menu.sales',
    icon: IconReceipt,
    any: ['sales.view', 'shift.view'],
    role: 'store',
    items: [
      { to: '/sales', label: 'menu.history', any: ['sales.view'] },
      { to: '/returns', label: 'menu.returns', any: ['sales.view'] },
      { to: '/shifts', label: 'menu.shifts', any: ['shift.view'] },
      { to: '/checklists', label: 'menu.checklists', any: ['shift.view', 'reports.view'] },
    ],
  },
  {
    to: '/products',
    label: 'menu.goods',
    short: 'menu.goods_short',
    icon: IconTags,
    any: ['catalog.view'],
    role: 'store',
    items: [
      { to: '/products', label: 'menu.products', any: ['catalog.view'] },
      { to: '/categories', label: 'menu.categories', any: ['catalog.view'] },
      { to: '/import', label: 'menu.import', any: ['catalog.import'] },
    ],
  },
  {
    to: '/stock',
    label: 'menu.stock',
    icon: IconPackages,
    any: ['stock.view'],
    role: 'store',
    items: [
      { to: '/stock', label: 'menu.balances', any: ['stock.view'] },
      { to: '/adjustments', label: 'menu.adjustments', any: ['stock.adjust'] },
    ],
  },
  {
    to: '/customers',
    label: 'menu.parties',
    short: 'menu.customers',
    icon: IconUsers,
    any: ['parties.view'],
    role: 'store',
    items: [{ to: '/customers', label: 'menu.customers', any: ['parties.view'] }],
  },
  { to: '/devices', label: 'menu.devices', icon: IconDeviceDesktop, any: ['devices.view'], role: 'store' },
  {
    to: '/users',
    label: 'menu.control',
    icon: IconSettings,
    any: ['staff.view', 'roles.view', 'settings.edit', 'backup.view', 'backup.edit'],
    items: [
      { to: '/users', label: 'menu.users', any: ['staff.view'] },
      { to: '/roles', label: 'menu.roles', any: ['roles.view'] },
      { to: '/settings', label: 'menu.settings', any: ['settings.edit'], role: 'store' },
      { to: '/tills', label: 'menu.tills', any: ['settings.edit'], role: 'store' },
      { to: '/backup', label: 'menu.backup', any: ['backup.view', 'backup.edit'] },
      { to: '/admin/health', label: 'menu.health', any: ['backup.view', 'backup.edit'] },
    ],
  },
  { to: '/office', label: 'menu.office', icon: IconBuildingStore, any: ['office.view', 'office.edit'] },
];

export function menuFor(session: Session): MenuSection[] {
  const shown = (item: MenuItem) =>
    (!item.role || item.role === session.store.role) &&
    item.any.some((permission) => session.permissions.includes(permission));
  // At the head office the stores come first.
  const order = session.store.role === 'office' ? [...MENU].reverse() : MENU;
  return order.filter(shown).map((section) => {
    const items = section.items?.filter(shown);
    return { ...section, items, to: items?.[0]?.to ?? section.to };
  });
}
