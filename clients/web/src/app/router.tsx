import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  useRouterState,
} from '@tanstack/react-router';
import { Gate } from './Gate';
import { NotFound, SceneFault, ScenePending } from './SceneStates';
import type * as search from './search';

/** The customer's display is nobody's session; everything else lies behind the gate. */
const DISPLAY = '/display';

function Root() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  if (path === DISPLAY) return <Outlet />;
  return (
    <Gate>
      <Outlet />
    </Gate>
  );
}

const root = createRootRoute({ component: Root, notFoundComponent: NotFound });

const display = createRoute({
  getParentRoute: () => root,
  path: DISPLAY,
  component: lazyRouteComponent(() => import('@/scenes/display/DisplayScene'), 'DisplayScene'),
});

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;
const oneOf =
  <T extends string>(...values: T[]) =>
  (value: unknown): T | undefined =>
    values.find((known) => known === value);
const flag = (value: unknown): boolean | undefined => (value === true ? true : undefined);

const till = createRoute({
  getParentRoute: () => root,
  path: '/till',
  component: lazyRouteComponent(() => import('@/scenes/till/TillScene'), 'TillScene'),
});

const framed = createRoute({
  getParentRoute: () => root,
  id: 'framed',
  // Every screen may have a list with its order, and a card to be made.
  validateSearch: (given: Record<string, unknown>): search.Framed => ({
    sort: text(given.sort),
    make: flag(given.make),
  }),
  component: lazyRouteComponent(() => import('./Frame'), 'Frame'),
});

const children = [
  createRoute({
    getParentRoute: () => framed,
    path: '/',
    component: lazyRouteComponent(() => import('@/scenes/home/HomeScene'), 'HomeScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/sales',
    validateSearch: (given): search.SalesSearch => ({
      from: text(given.from),
      to: text(given.to),
      cashier: text(given.cashier),
      customer: text(given.customer),
      till: text(given.till),
      method: text(given.method),
      number: text(given.number),
      kind: oneOf('sale', 'return')(given.kind),
    }),
    component: lazyRouteComponent(() => import('@/scenes/sales/SalesScene'), 'SalesScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/sales/$id',
    component: lazyRouteComponent(() => import('@/scenes/sales/SaleScene'), 'SaleScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/returns',
    validateSearch: (given): search.ReturnsSearch => ({
      from: text(given.from),
      to: text(given.to),
      number: text(given.number),
    }),
    component: lazyRouteComponent(() => import('@/scenes/returns/ReturnsScene'), 'ReturnsScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/returns/$id',
    component: lazyRouteComponent(() => import('@/scenes/returns/ReturnScene'), 'ReturnScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/shifts',
    validateSearch: (given): search.ShiftsSearch => ({
      from: text(given.from),
      to: text(given.to),
      till: text(given.till),
    }),
    component: lazyRouteComponent(() => import('@/scenes/shifts/ShiftsScene'), 'ShiftsScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/shifts/$id',
    component: lazyRouteComponent(() => import('@/scenes/shifts/ShiftScene'), 'ShiftScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/products',
    validateSearch: (given): search.ProductsSearch => ({
      q: text(given.q),
      category: text(given.category),
      archived: flag(given.archived),
      no_price: flag(given.no_price),
    }),
    component: lazyRouteComponent(() => import('@/scenes/products/ProductsScene'), 'ProductsScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/products/$id',
    validateSearch: (given): search.ProductSearch => ({ barcode: text(given.barcode) }),
    component: lazyRouteComponent(() => import('@/scenes/products/ProductScene'), 'ProductScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/categories',
    validateSearch: (given): search.ArchiveSearch => ({ archived: flag(given.archived) }),
    component: lazyRouteComponent(() => import('@/scenes/products/CategoriesScene'), 'CategoriesScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/import',
    validateSearch: (given): search.ImportSearch => ({
      id: text(given.id),
      step: oneOf('review', 'run')(given.step),
    }),
    component: lazyRouteComponent(() => import('@/scenes/import/ImportScene'), 'ImportScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/stock',
    validateSearch: (given): search.StockSearch => ({
      q: text(given.q),
      category: text(given.category),
      state: oneOf('low', 'none', 'negative')(given.state),
    }),
    component: lazyRouteComponent(() => import('@/scenes/stock/StockScene'), 'StockScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/adjustments',
    validateSearch: (given): search.AdjustmentsSearch => ({
      product: text(given.product),
      from: text(given.from),
      to: text(given.to),
    }),
    component: lazyRouteComponent(() => import('@/scenes/stock/AdjustmentsScene'), 'AdjustmentsScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/customers',
    validateSearch: (given): search.CustomersSearch => ({ q: text(given.q) }),
    component: lazyRouteComponent(() => import('@/scenes/customers/CustomersScene'), 'CustomersScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/users',
    validateSearch: (given): search.UsersSearch => ({ q: text(given.q), leavers: flag(given.leavers) }),
    component: lazyRouteComponent(() => import('@/scenes/staff/UsersScene'), 'UsersScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/users/$id',
    component: lazyRouteComponent(() => import('@/scenes/staff/UserScene'), 'UserScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/roles',
    component: lazyRouteComponent(() => import('@/scenes/staff/RolesScene'), 'RolesScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/settings',
    component: lazyRouteComponent(() => import('@/scenes/settings/SettingsScene'), 'SettingsScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/tills',
    validateSearch: (given): search.ArchiveSearch => ({ archived: flag(given.archived) }),
    component: lazyRouteComponent(() => import('@/scenes/settings/TillsScene'), 'TillsScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/admin/health',
    component: lazyRouteComponent(() => import('@/scenes/health/HealthScene'), 'HealthScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/backup',
    component: lazyRouteComponent(() => import('@/scenes/backup/BackupScene'), 'BackupScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/devices',
    validateSearch: (given): search.DevicesSearch => ({ device: text(given.device) }),
    component: lazyRouteComponent(() => import('@/scenes/devices/DevicesScene'), 'DevicesScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/checklists',
    validateSearch: (given): search.ChecklistSearch => ({
      list: oneOf('opening', 'closing', 'weekly')(given.list),
    }),
    component: lazyRouteComponent(() => import('@/scenes/checklists/ChecklistScene'), 'ChecklistScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/dev/parts',
    validateSearch: (given): search.PartsSearch => ({
      rows: typeof given.rows === 'number' ? given.rows : undefined,
    }),
    component: lazyRouteComponent(() => import('@/scenes/dev/PartsScene'), 'PartsScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/help',
    component: lazyRouteComponent(() => import('@/scenes/help/HelpScene'), 'HelpScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/office',
    validateSearch: (given): search.OfficeSearch => ({ from: text(given.from), to: text(given.to) }),
    component: lazyRouteComponent(() => import('@/scenes/office/OfficeScene'), 'OfficeScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/office/$node',
    validateSearch: (given): search.OfficeStoreSearch => ({
      from: text(given.from),
      to: text(given.to),
      number: text(given.number),
    }),
    component: lazyRouteComponent(() => import('@/scenes/office/OfficeStoreScene'), 'OfficeStoreScene'),
  }),
  createRoute({
    getParentRoute: () => framed,
    path: '/office/$node/sales/$id',
    component: lazyRouteComponent(() => import('@/scenes/office/OfficeSaleScene'), 'OfficeSaleScene'),
  }),
] as const;

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: () => null,
});

export const router = createRouter({
  routeTree: root.addChildren([till, display, setup, framed.addChildren(children)]),
  defaultPendingComponent: ScenePending,
  defaultPendingMs: 150,
  defaultErrorComponent: SceneFault,
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
