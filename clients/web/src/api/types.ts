/** What crosses the wire between this client and the hub. The only place that describes it. */

export type Language = 'ru' | 'kk' | 'en';
export type Money = { amount: string; currency: string };
/** A decimal string such as "1" or "0.345". */
export type Qty = string;
export type Page<T> = { items: T[]; next: string | null };

export type Problem = {
  title: string;
  status: number;
  code: string;
  detail?: string;
  field?: string | null;
  params?: Record<string, unknown> | null;
  request_id?: string;
};

export type HubRole = 'store' | 'office';
export type SetupState = {
  state: 'first_run' | 'ready';
  role: HubRole;
  languages: Language[];
  zones: string[];
  currencies: string[];
};
export type SetupInput = {
  language: Language;
  store: { name: string; bin: string; address: string; phone: string; zone: string; currency: string };
  admin: { name: string; phone: string; password: string; pin?: string };
  demo?: boolean;
};

export type Session = {
  user: { id: string; name: string; phone: string; role_ids: string[]; role_names: string[] };
  permissions: string[];
  discount_limit_percent: string;
  language: Language;
  locked: boolean;
  till: { id: string; name: string } | null;
  store: { name: string; currency: string; zone: string; role: HubRole };
};
export type PersonWithPin = { id: string; name: string; role_names: string[] };

export type WeightCode = {
  prefix: string;
  item_digits: number;
  value_digits: number;
  kind: 'weight' | 'price' | 'pieces';
  divisor: number;
};
export type ReceiptFields = {
  bin: boolean;
  address: boolean;
  phone: boolean;
  cashier: boolean;
  sku: boolean;
  vat: boolean;
  qr: boolean;
  thanks: string;
};
export type Settings = {
  version: number;
  store: { name: string; bin: string; address: string; phone: string; logo_hash: string | null };
  zone: string;
  currency: string;
  languages: { interface: Language; receipt: 'ru' | 'kk' | 'both' };
  tape: '58' | '80';
  receipt_fields: ReceiptFields;
  rounding: { step: string; scope: 'receipt' | 'line' | 'none' };
  negative_stock: 'allow' | 'warn' | 'forbid';
  vat: { mode: 'included' };
  weight_codes: WeightCode[];
  closed_until: string | null;
  max_shift_hours: number;
};
export type VatRate = { id: string; name: string; percent: string; from: string };
export type Till = {
  id: string;
  version: number;
  name: string;
  number: number;
  printer_id: string | null;
  terminal_id: string | null;
  scanner_id: string | null;
  drawer: boolean;
  archived: boolean;
};
export type StoredFile = { hash: string; mime: string; width: number; height: number };

export const UNITS = ['pcs', 'kg', 'g', 'l', 'm', 'pack', 'service'] as const;
export type Unit = (typeof UNITS)[number];
export type ProductKind = 'product' | 'service';
export type Product = {
  id: string;
  version: number;
  kind: ProductKind;
  name: string;
  sku: string;
  barcodes: string[];
  category_id: string | null;
  category_name: string | null;
  brand: string;
  unit: Unit;
  price: Money | null;
  purchase_price?: Money | null;
  vat_rate_id: string | null;
  gtin: string | null;
  ntin: string | null;
  photo_hashes: string[];
  description: string;
  minimum: Qty | null;
  available: boolean;
  archived: boolean;
  stock: Qty | null;
  created_at: string;
};
export type ProductInput = Omit<
  Product,
  'id' | 'version' | 'category_name' | 'archived' | 'stock' | 'created_at'
> & {
  version?: number;
};
export type ProductHit = {
  id: string;
  name: string;
  sku: string;
  unit: Unit;
  price: Money | null;
  stock: Qty | null;
  photo_hash: string | null;
  barcodes: string[];
  kind: ProductKind;
  matched?: 'barcode' | 'short_code' | 'sku' | 'name';
  highlights?: [number, number][];
};
export type PriceChange = { at: string; user_name: string; from: Money | null; to: Money | null };
export type StockMoveKind = 'opening' | 'sale' | 'return' | 'adjustment';
export type StockMove = {
  at: string;
  business_date: string;
  kind: StockMoveKind;
  document_id: string;
  number: string;
  delta: Qty;
  after: Qty;
  user_name: string;
  reason: string | null;
};
export type ProductStock = { quantity: Qty; value?: Money | null; history: Page<StockMove> };
export type Category = {
  id: string;
  version: number;
  name: string;
  parent_id: string | null;
  color: string | null;
  icon: string | null;
  archived: boolean;
  products: number;
};
export type StockRow = {
  product_id: string;
  name: string;
  sku: string;
  unit: Unit;
  quantity: Qty;
  value?: Money | null;
  minimum: Qty | null;
  price: Money | null;
  category_name: string | null;
};
export const ADJUSTMENT_KINDS = ['opening', 'found', 'defect', 'write_off', 'shortage', 'counted'] as const;
export type AdjustmentKind = (typeof ADJUSTMENT_KINDS)[number];
export type AdjustmentInput = {
  product_id: string;
  kind: AdjustmentKind;
  quantity: Qty;
  reason: string;
  comment: string;
};
export type Adjustment = {
  id: string;
  number?: string;
  product_id: string;
  product_name?: string;
  kind: AdjustmentKind;
  quantity: Qty;
  before?: Qty;
  after?: Qty;
  reason: string;
  comment?: string;
  user_name?: string;
  at?: string;
};

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
] as const;
export type ImportField = (typeof IMPORT_FIELDS)[number];
export type ImportUpload = {
  id: string;
  columns: { index: number; header: string; guess: ImportField | null; samples: string[] }[];
  rows: number;
  encoding: string;
  separator: string;
};
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
] as const;
export type ImportCounts = Record<(typeof IMPORT_COUNTS)[number], number>;
export type ImportAction = 'create' | 'change' | 'skip' | 'unchanged';
export type ImportRow = {
  row: number;
  action: ImportAction;
  name: string;
  notes: { code: string; detail: string; value: string | null }[];
};
export type ImportPreview = { counts: ImportCounts; rows: Page<ImportRow> };
export type ImportProgress = {
  state: 'uploaded' | 'previewed' | 'running' | 'done' | 'failed';
  done: number;
  total: number;
  counts: ImportCounts | null;
  detail?: string | null;
};

export type Discount = { kind: 'percent' | 'amount'; value: string };
export type CustomerRef = { id: string; name: string; phone: string };
export type CartState = 'open' | 'held' | 'paying' | 'frozen' | 'completed';
export type CartLine = {
  id: string;
  product_id: string;
  name: string;
  unit: Unit;
  quantity: Qty;
  price: Money;
  discount: Discount | null;
  discount_amount: Money;
  sum: Money;
  vat_percent: string;
  stock: Qty | null;
  photo_hash: string | null;
};
export type PaymentMethod = 'cash' | 'card' | 'kaspi' | 'transfer';
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
export type Payment = {
  id: string;
  method: PaymentMethod;
  amount: Money;
  tendered?: Money | null;
  change?: Money | null;
  state: PaymentState;
  detail: string | null;
  sub_status?: string | null;
  transaction_id?: string | null;
  terminal_id?: string | null;
  started_at: string;
};
export type Cart = {
  id: string;
  version: number;
  state: CartState;
  label: string | null;
  till_id: string;
  lines: CartLine[];
  subtotal: Money;
  discount_amount: Money;
  rounding: Money;
  total: Money;
  discount: Discount | null;
  customer: CustomerRef | null;
  payments: Payment[];
  paid: Money;
  due: Money;
  change: Money;
  updated_at: string;
  notes: Money[];
};
export type CartChip = {
  id: string;
  label: string | null;
  total: Money;
  lines: number;
  state: CartState;
  device: string | null;
};
export type TillNow = {
  till: { id: string; name: string } | null;
  shift: Shift | null;
  carts: CartChip[];
  active_cart_id: string | null;
};
export type ScanAnswer = { cart: Cart; outcome: string; line_id?: string | null; choices?: ProductHit[] };
export type Tiles = { categories: Category[]; products: ProductHit[] };
export type LineChange = {
  quantity?: Qty;
  discount?: Discount | null;
  price?: Money;
  reason?: string;
};
export type PaymentInput = { method: PaymentMethod; amount: Money; tendered?: Money };

export type SaleLine = {
  line: number;
  product_id: string;
  name: string;
  sku: string;
  unit: Unit;
  quantity: Qty;
  price: Money;
  discount_amount: Money;
  sum: Money;
  vat_percent: string;
  vat_amount: Money;
  returned: Qty;
  returned_amount: Money;
};
export type SalePayment = {
  method: PaymentMethod;
  amount: Money;
  tendered?: Money | null;
  change?: Money | null;
  transaction_id?: string | null;
  rrn?: string | null;
  order_number?: string | null;
};
export type SaleState = 'completed' | 'returned_in_part' | 'returned';
export type JobState = 'queued' | 'sending' | 'printed' | 'not_printed' | 'unknown' | 'done' | 'failed';
export type Sale = {
  id: string;
  number: string;
  receipt_number: number | string;
  business_date: string;
  recorded_at: string;
  till: { id: string; name: string };
  shift_number: number;
  cashier: { id: string; name: string };
  customer: CustomerRef | null;
  lines: SaleLine[];
  subtotal: Money;
  discount_amount: Money;
  rounding: Money;
  total: Money;
  vat_total: Money;
  payments: SalePayment[];
  state: SaleState;
  returns: { id: string; number: string; total: Money }[];
  receipt: { url: string; qr: string };
  print: { job_id: string; state: JobState } | null;
};
export type SaleRow = {
  id: string;
  kind: 'sale' | 'return';
  number: string;
  business_date: string;
  recorded_at: string;
  till_name: string;
  cashier_name: string;
  total: Money;
  methods: PaymentMethod[];
  state: SaleState;
  customer_name: string | null;
};
export type SalePage = Page<SaleRow> & { totals: { sales: Money; returns: Money; count: number } };
export type ReturnPayment = {
  method: PaymentMethod;
  amount: Money;
  state: PaymentState;
  detail?: string | null;
};
export type ReturnLine = { line: number; name: string; quantity: Qty; sum: Money };
export type ReturnDocument = {
  id: string;
  number: string;
  sale_id: string | null;
  sale_number: string | null;
  business_date: string;
  recorded_at: string;
  reason: string;
  lines: ReturnLine[];
  total: Money;
  payments: ReturnPayment[];
  print?: { job_id: string; state: JobState } | null;
};
export type ReturnQuote = {
  total: Money;
  payments: { method: PaymentMethod; amount: Money }[];
  lines: ReturnLine[];
};
export type ReturnInput = {
  sale_id: string;
  lines: { line: number; quantity: Qty }[];
  reason: string;
  payments?: { method: PaymentMethod; amount: Money }[];
  print?: boolean;
};

export type ShiftOperation = {
  at: string;
  kind: string;
  amount: Money;
  reason: string | null;
  user_name: string;
};
export type Shift = {
  id: string;
  number: number;
  till: { id: string; name: string };
  state: 'open' | 'closed';
  opened_at: string;
  opened_by: string;
  business_date: string;
  closed_at: string | null;
  closed_by: string | null;
  opening: Money;
  expected_cash: Money;
  counted: Money | null;
  difference: Money | null;
  explanation: string | null;
  overdue: boolean;
  totals: {
    sales: Money;
    sales_count: number;
    returns: Money;
    returns_count: number;
    discounts: Money;
    rounding: Money;
    by_method: { method: PaymentMethod; sales: Money; returns: Money }[];
    cash_in: Money;
    cash_out: Money;
  };
  operations: ShiftOperation[];
};

export type Scope = 'own' | 'store' | 'all';
export type User = {
  id: string;
  version: number;
  name: string;
  phone: string;
  role_ids: string[];
  scope: Scope;
  extra_permissions: string[];
  removed_permissions: string[];
  discount_limit_percent: string;
  active: boolean;
  has_pin: boolean;
  last_seen_at: string | null;
};
export type UserInput = Pick<
  User,
  | 'name'
  | 'phone'
  | 'role_ids'
  | 'scope'
  | 'extra_permissions'
  | 'removed_permissions'
  | 'discount_limit_percent'
> & { version?: number; password?: string; pin?: string };
export type UserSession = {
  id: string;
  device: string;
  created_at: string;
  last_seen_at: string;
  current: boolean;
};
export type Role = {
  id: string;
  version: number;
  name: { ru: string; kk: string; en: string };
  built_in: boolean;
  permissions: { permission: string; scope: Scope }[];
};
export type RoleInput = Pick<Role, 'name' | 'permissions'> & { version?: number };
export type Permission = { permission: string; area: string; name: string };
export type Customer = { id: string; version: number; name: string; phone: string; note: string };
export type CustomerInput = Pick<Customer, 'name' | 'phone' | 'note'> & { version?: number };

export type DeviceKind = 'printer' | 'terminal' | 'scanner' | 'drawer';
export type DeviceState = 'ready' | 'busy' | 'offline' | 'paper_out' | 'cover_open' | 'unknown' | 'attention';
export const CONNECTION_TYPES = ['network', 'serial', 'usb', 'evdev', 'pty'] as const;
export type ConnectionType = (typeof CONNECTION_TYPES)[number];
export const PROTECTIONS = ['https_name', 'https_pinned', 'https_unverified', 'http'] as const;
export type Protection = (typeof PROTECTIONS)[number];
export type DeviceConnection = { type: ConnectionType; address: string; protection?: Protection | null };
export type Device = {
  id: string;
  version: number;
  kind: DeviceKind;
  name: string;
  connection: DeviceConnection;
  profile: string | null;
  agent_id: string | null;
  till_ids: string[];
  state: DeviceState;
  state_detail: string | null;
  last_seen_at: string | null;
  queue: number;
};
export type DeviceInput = {
  kind: DeviceKind;
  name: string;
  connection: DeviceConnection;
  profile: string | null;
  agent_id: string | null;
  till_ids: string[];
  version?: number;
};
export type FoundDevice = {
  kind: DeviceKind;
  name: string;
  connection: DeviceConnection;
  profile: string | null;
  agent_id: string | null;
  known: boolean;
};
export type DeviceJob = {
  id: string;
  kind: string;
  state: JobState;
  document: string | null;
  created_at: string;
  finished_at: string | null;
  detail: string | null;
  attempts: number;
};
export type LogLine = { at: string; level: string; text: string };
export type Agent = { id: string; name: string; connected: boolean; address: string; devices: number };
export type PairingCode = { code: string; expires_at: string; qr: string };
export type PrinterProfile = { id: string; name: string };

export type SyncState = {
  state: 'off' | 'enrolled' | 'error';
  office_url: string | null;
  last_acked: number;
  journal_end: number;
  lag_entries: number;
  last_contact_at: string | null;
  detail: string | null;
};
export type OfficeStore = {
  node: string;
  name: string;
  sales_today: Money;
  sales_count_today: number;
  returns_today: Money;
  last_entry_at: string | null;
  last_seq: number;
  lag_seconds: number;
  state: 'ok' | 'behind' | 'broken';
  detail: string | null;
};
export type OfficeDay = { date: string; sales: Money; returns: Money; count: number };
export type EnrolCode = { code: string; expires_at: string };

export type DaySummary = { sales: Money; count: number; returns: Money; average: Money };
export type Home = {
  today: DaySummary;
  yesterday: DaySummary;
  week: { date: string; total: Money }[];
  top_products: { id: string; name: string; quantity: Qty; sum: Money }[];
  open_shifts: { id: string; number: number; till_name: string; opened_by: string; opened_at: string }[];
  low_stock: number;
  attention: { kind: string; detail: string; link: string | null }[];
  recent: SaleRow[];
};
export type Version = { version: string; build: string; role: HubRole; api: number };
