import {
  IconAdjustments,
  IconCategoryPlus,
  IconFileImport,
  IconHelp,
  IconHome,
  IconKey,
  IconReceiptRefund,
  IconShoppingBag,
  IconTagPlus,
  IconUserPlus,
  IconUsersPlus,
} from '@tabler/icons-react';
import type { NavigateOptions } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import type { Session } from '@/api/types';
import type { TextKey } from '@/i18n';

/** What can be done, said once: buttons, menus, the command line, shortcuts and the help page read it from here. */
export type ActionAbout = {
  name: TextKey;
  icon: ComponentType<{ size?: number }>;
  /** `Ctrl+K`, `Alt+N`: letters by their place on the keyboard, whatever its layout. */
  shortcut?: string;
  /** Who may: one of these rights; nothing asks for none. */
  any?: string[];
  role?: 'store' | 'office';
};
/** Something that leads to a screen. */
export type Errand = ActionAbout & { go: NavigateOptions };

const errand = <T extends Record<string, Errand>>(errands: T) => errands;

/** What can be begun from any screen. */
export const ERRANDS = errand({
  'till.open': {
    name: 'action.to_till',
    icon: IconShoppingBag,
    shortcut: 'Alt+T',
    any: ['till.use'],
    role: 'store',
    go: { to: '/till' },
  },
  'home.open': {
    name: 'menu.home',
    icon: IconHome,
    shortcut: 'Alt+H',
    any: ['reports.view'],
    role: 'store',
    go: { to: '/' },
  },
  'product.new': {
    name: 'product.new',
    icon: IconTagPlus,
    shortcut: 'Alt+N',
    any: ['catalog.edit'],
    role: 'store',
    go: { to: '/products/$id', params: { id: 'new' }, search: {} },
  },
  'category.new': {
    name: 'category.new',
    icon: IconCategoryPlus,
    any: ['catalog.edit'],
    role: 'store',
    go: { to: '/categories', search: { make: true } },
  },
  'products.import': {
    name: 'menu.import',
    icon: IconFileImport,
    any: ['catalog.import'],
    role: 'store',
    go: { to: '/import' },
  },
  'stock.adjust': {
    name: 'stock.adjust',
    icon: IconAdjustments,
    shortcut: 'Alt+J',
    any: ['stock.adjust'],
    role: 'store',
    go: { to: '/adjustments', search: { make: true } },
  },
  'return.new': {
    name: 'return.new',
    icon: IconReceiptRefund,
    any: ['sales.return', 'sales.return_without_receipt'],
    role: 'store',
    go: { to: '/returns', search: { make: true } },
  },
  'customer.new': {
    name: 'customer.new',
    icon: IconUsersPlus,
    shortcut: 'Alt+C',
    any: ['parties.edit'],
    role: 'store',
    go: { to: '/customers', search: { make: true } },
  },
  'user.new': {
    name: 'user.new',
    icon: IconUserPlus,
    any: ['staff.edit'],
    go: { to: '/users/$id', params: { id: 'new' } },
  },
  'role.new': {
    name: 'role.new',
    icon: IconKey,
    any: ['roles.edit'],
    go: { to: '/roles', search: { make: true } },
  },
  'help.open': {
    name: 'action.help',
    icon: IconHelp,
    shortcut: 'F1',
    go: { to: '/help' },
  },
});
export type ErrandId = keyof typeof ERRANDS;

/** What a person may not do is not there. */
export const isOffered = ({ any, role }: ActionAbout, session: Session): boolean =>
  (!role || role === session.store.role) &&
  (!any || any.some((permission) => session.permissions.includes(permission)));

/** Something that happens at once, on the screen where it stands. */
export type ScreenAction = ActionAbout & { id: string; run: () => void; busy?: boolean; primary?: boolean };
