import type { ListName } from '@/api/checklists';

/** What may stand in the address bar of each screen. */
/** The order of the screen's list, a column's key with a minus for downwards; and whether a new card is being made. */
export type Framed = { sort?: string; make?: boolean };
type Range = { from?: string; to?: string };

export type SalesSearch = Range & {
  cashier?: string;
  customer?: string;
  till?: string;
  method?: string;
  number?: string;
  kind?: 'sale' | 'return';
};
export type ReturnsSearch = Range & { number?: string };
export type ShiftsSearch = Range & { till?: string };
export type ProductsSearch = {
  q?: string;
  category?: string;
  archived?: boolean;
  no_price?: boolean;
};
export type ImportSearch = { id?: string; step?: 'review' | 'run' };
export type ProductSearch = { barcode?: string };
export type StockSearch = { q?: string; category?: string; state?: 'low' | 'none' | 'negative' };
export type AdjustmentsSearch = Range & { product?: string };
export type CustomersSearch = { q?: string };
export type DevicesSearch = { device?: string };
export type OfficeSearch = Range;
export type OfficeStoreSearch = Range & { number?: string };
export type ChecklistSearch = { list?: ListName };
/** How many rows the long table of the page of parts has. */
export type PartsSearch = { rows?: number };
export type UsersSearch = { q?: string; leavers?: boolean };
export type ArchiveSearch = { archived?: boolean };
