/**
 * What crosses the wire between this client and the hub: the names of this client for what `schema.d.ts` holds, which
 * is made from the hub's own description (`npm run api`). A field that may be empty is always there in an answer.
 */
import type { components } from './schema';

type Wire = components['schemas'];
/** An answer as the hub gives it: whatever may be missing is `null`. */
export type Given<T> = T extends readonly (infer Item)[]
  ? Given<Item>[]
  : T extends object
    ? { [Key in keyof T]-?: Given<Exclude<T[Key], undefined>> }
    : T;
type With<T, Fields> = Omit<T, keyof Fields> & Fields;

export type Language = Wire['Language'];
export type Money = Wire['Money'];
/** A decimal string such as "1" or "0.345". */
export type Qty = string;
export type Page<T> = { items: T[]; next: string | null };
export type Names = Wire['Names'];

export type Problem = {
  title: string;
  status: number;
  code: string;
  detail?: string;
  field?: string | null;
  params?: Record<string, unknown> | null;
  request_id?: string | null;
};

export type HubRole = Wire['Role'];
export type SetupState = With<Wire['SetupState'], { state: 'first_run' | 'ready' }>;
export type SetupInput = With<
  Wire['SetUpInput'],
  {
    store: Required<Wire['SetUpStore']> & { vat_rate: string | null };
    admin: With<Wire['SetUpAdmin'], { pin?: string }>;
  }
>;
export type Demo = With<Wire['Demo'], { state: 'none' | 'running' | 'done' | 'failed' }>;
export type RecoverySheet = Given<Wire['RecoverySheet']>;
export type Recovery = Given<Wire['RecoveryShape']>;
export type SetupDone = RecoverySheet & { session: Session };
export type Session = With<Given<Wire['SessionShape']>, { scopes: Record<string, Scope> }>;
export type PersonWithPin = { id: string; name: string; role_names: Names[] };

export type WeightCode = Wire['WeightCode'];
export type ReceiptFields = Wire['ReceiptFields'];
export type Settings = Given<Wire['Settings']>;
export type VatRate = {
  id: string;
  name: string;
  percent: string | null;
  from: string | null;
  /** What new goods of this store have. */
  usual: boolean;
};
export type Till = Given<Wire['TillShape']>;
export type StoredFile = Wire['UploadedFile'];

export const UNITS = [
  'pcs',
  'kg',
  'g',
  'l',
  'ml',
  'm',
  'm2',
  'pack',
  'box',
  'pair',
  'set',
  'service',
] as const satisfies readonly Wire['ProductUnit'][];
export type Unit = Wire['ProductUnit'];
export type ProductKind = Wire['ProductKind'];
export type Product = Given<Wire['Product']>;
export type ProductInput = Wire['ProductInput'];
export type ProductHit = With<Given<Wire['ProductHit']>, { highlights: [number, number][] }>;
export type PriceChange = { at: string; user_name: string; from: Money | null; to: Money | null };
export type StockMoveKind = 'opening' | 'sale' | 'return' | 'adjustment';
export type StockMove = With<Given<Wire['StockMovement']>, { kind: StockMoveKind }>;
export type ProductStock = With<Given<Wire['ProductStock']>, { history: Page<StockMove> }>;
export type Category = Given<Wire['Category']>;
export type StockRow = Given<Wire['StockItem']>;
export const ADJUSTMENT_KINDS = [
  'opening',
  'found',
  'defect',
  'write_off',
  'shortage',
  'counted',
] as const satisfies readonly Wire['AdjustmentKind'][];
export type AdjustmentKind = Wire['AdjustmentKind'];
export type AdjustmentInput = Wire['AdjustmentInput'];
export type Adjustment = Given<Wire['Adjustment']>;

export const IMPORT_FIELDS = [
  'group',
  'name',
  'barcodes',
  'unit',
  'price',
  'purchase_price',
  'stock',
  'sku',
  'brand',
  'kind',
  'vat',
  'gtin',
  'ntin',
  'description',
  'minimum',
] as const satisfies readonly Wire['ImportField'][];
export type ImportField = Wire['ImportField'];
export type ImportUpload = Given<Wire['Import']>;
export const IMPORT_COUNTS = [
  'create',
  'change',
  'unchanged',
  'skip',
  'barcodes',
  'short_codes',
  'refused_codes',
  'shared_codes',
  'no_price',
  'repeated_names',
  'repeats',
] as const satisfies readonly (keyof Wire['ImportCounts'])[];
export type ImportCounts = Wire['ImportCounts'];
export type ImportAction = 'create' | 'change' | 'skip' | 'unchanged';
export type ImportRow = With<Given<Wire['ImportRow']>, { action: ImportAction; unit: Unit | null }>;
export type ImportChange = ImportRow['changes'][number];
export type ImportPreview = { counts: ImportCounts; rows: Page<ImportRow>; withheld: ImportField[] };
export type ImportProgress = Wire['ImportProgress'];

export type Discount = Wire['DiscountShape'];
export type CustomerRef = Wire['CustomerChip'];
export type CartState = 'open' | 'held' | 'paying' | 'completed';
export type CartLine = With<Given<Wire['CartLineShape']>, { unit: Unit }>;
export type PaymentMethod = Wire['Method'];
export type PaymentState =
  | 'noted'
  | 'intent'
  | 'starting'
  | 'waiting'
  | 'succeeded'
  | 'failed'
  | 'unknown'
  | 'decided_paid'
  | 'decided_unpaid';
export type CartPayment = With<Given<Wire['CartPayment']>, { state: PaymentState }>;
export type Cart = With<
  Given<Wire['CartShape']>,
  { state: CartState; lines: CartLine[]; payments: CartPayment[] }
>;
export type CartChip = With<Wire['CartChip'], { state: CartState }>;
export type ShiftChip = Wire['ShiftChip'];
export type TillNow = With<Given<Wire['TillNow']>, { carts: CartChip[] }>;
export type TileProduct = With<Given<Wire['TileProduct']>, { unit: Unit }>;
export type TileCategory = Given<Wire['TileCategory']>;
export type Tiles = { categories: TileCategory[]; products: TileProduct[]; next?: string | null };
export type LineChange = Wire['LineChange'];
export type PaymentInput = Wire['PaymentInput'];

export type SaleState = 'completed' | 'returned_in_part' | 'returned';
export type JobState = 'queued' | 'sending' | 'printed' | 'not_printed' | 'unknown' | 'done' | 'failed';
export type PrintState = { job_id: string; state: JobState; detail: string };
export type SaleKind = 'sale' | 'return';
export type SaleLine = With<Given<Wire['SaleLineShape']>, { unit: Unit }>;
export type SalePayment = With<Given<Wire['SalePayment']>, { state: PaymentState | null }>;
/** A sale, or a return: both are documents of one shape. */
export type Sale = With<
  Given<Wire['SaleShape']>,
  {
    kind: SaleKind;
    state: SaleState;
    lines: SaleLine[];
    payments: SalePayment[];
    print: PrintState | null;
  }
>;
export type SaleRow = With<Wire['SaleRow'], { kind: SaleKind; state: SaleState }>;
export type SaleTotals = Wire['SaleTotals'];
export type SalePage = Page<SaleRow> & { totals: SaleTotals };
export type ReturnQuote = With<Given<Wire['QuoteShape']>, { payments: SalePayment[] }>;
export type ReturnInput = Wire['ReturnInput'];
export type ReturnAnswer = {
  state: 'done' | 'waiting' | 'in_part' | 'dropped';
  return: Sale | null;
  pending_id: string | null;
  payments: SalePayment[];
};

export type Shift = With<Given<Wire['ShiftShape']>, { state: 'open' | 'closed' }>;
export type ShiftOperation = Wire['OperationShape'];

export type Scope = Wire['Scope'];
export type Grant = Wire['Grant'];
export type User = Given<Wire['UserShape']>;
export type UserInput = Wire['UserInput'];
export type UserSession = { id: string; source: string; made_at: string; ends_at: string; locked: boolean };
export type Role = Given<Wire['RoleShape']>;
export type RoleInput = Wire['RoleInput'];
export type Permission = { permission: string; area: string };
export type Customer = Wire['CustomerShape'];
export type CustomerInput = Wire['CustomerInput'];

export type SyncState = Given<Wire['SyncShape']>;
export type OfficeStore = Given<Wire['StoreShape']>;
export type OfficeDay = {
  date: string;
  sales: Money;
  returns: Money;
  count: number;
  returns_count: number;
};
export type EnrolCode = Wire['CodeMade'];

export type DaySummary = Wire['DayShape'];
export type Attention = With<
  Wire['Attention'],
  { kind: 'payment_unknown' | 'slip_differs' | 'shift_overdue' | 'no_price' | 'low_stock' }
>;
export type Home = With<Given<Wire['Home']>, { attention: Attention[] }>;
export type Version = { version: string; build: string; role: HubRole; api: number };

export * from './deviceTypes';

export type BackupPlan = {
  version: number;
  enabled: boolean;
  at: string;
  keep: number;
  place: string | null;
  to_office: boolean;
  red_after_hours: number;
};
type BackupGood = {
  at: string | null;
  place: string;
  size_bytes: number;
  journal_end: number;
  sheet: string;
};
type BackupTrouble = { code: string; detail: string; at: string | null };
export type Backup = {
  light: 'ok' | 'warn' | 'red';
  says: string;
  last: BackupGood | null;
  trouble: BackupTrouble | null;
  last_at_office: BackupGood | null;
  trouble_at_office: BackupTrouble | null;
  running: {
    stage: 'copying' | 'proving' | 'writing' | 'reading_back' | 'sending';
    done_bytes: number;
    total_bytes: number;
  } | null;
  next_at: string | null;
  place: string;
  same_disk: boolean;
  free_bytes: number | null;
  sheet: string | null;
  plan: BackupPlan;
  kept: { name: string; at: string | null; size_bytes: number; journal_end: number; sheet: string }[];
};

export type LightState = 'ok' | 'warn' | 'red';
export type HealthKey = 'backup' | 'verify' | 'journal' | 'disk' | 'office' | 'stores' | 'queues' | 'clock';
export type HealthLight = {
  key: HealthKey;
  state: LightState;
  says: string;
  figures: Record<string, string | number | boolean | null>;
};
export type Health = { state: LightState; lights: HealthLight[] };

export type DisplayView = With<
  Given<Wire['DisplayShape']>,
  {
    sale: With<
      Given<Wire['PublicSale']>,
      { lines: With<Given<Wire['PublicLine']>, { unit: Unit }>[]; payment: DisplayPayment | null }
    >;
  }
>;
export type DisplayPayment = { amount: Money; state: 'waiting' | 'checking' };
export type DisplayCode = Given<Wire['DisplayCode']>;
export type DisplayCard = { id: string; paired_at: string };
