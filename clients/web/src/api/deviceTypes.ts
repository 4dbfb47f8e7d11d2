/** Devices on the wire. */
import type { JobState, Money, PaymentMethod, PaymentState } from './types';

export type DeviceKind = 'printer' | 'terminal' | 'scanner' | 'drawer';
export type DeviceState = 'ready' | 'busy' | 'offline' | 'paper_out' | 'cover_open' | 'unknown' | 'attention';
export type Parity = 'none' | 'even' | 'odd';
export type DeviceConnection =
  | { type: 'network'; address: string }
  | { type: 'serial'; path: string; baud?: number; data_bits?: number; parity?: Parity }
  | { type: 'usb_lp'; path: string }
  | { type: 'usb'; vid: number; pid: number; serial?: string | null; port_path?: string | null }
  | { type: 'evdev'; path: string };
export const CONNECTION_TYPES = ['network', 'serial', 'usb_lp', 'usb', 'evdev'] as const;
export type ConnectionType = (typeof CONNECTION_TYPES)[number];
export type Protection =
  | { mode: 'https_name'; name: string }
  | { mode: 'https_authority'; name: string; ca_pem: string }
  | { mode: 'https_pinned'; sha256: string }
  | { mode: 'https_unverified' }
  | { mode: 'http' };
export const PROTECTIONS = [
  'https_name',
  'https_authority',
  'https_pinned',
  'https_unverified',
  'http',
] as const;
export type ProtectionMode = (typeof PROTECTIONS)[number];
export type PrinterSettings = {
  mode?: 'raster' | 'text' | null;
  width_dots?: number | null;
  code_page?: string | null;
  code_page_number?: number | null;
  pacing_ms?: number | null;
  answers_status?: boolean | null;
  drawer_open_level?: boolean | null;
};
export type ScannerSettings = { idle_gap_ms?: number | null; prefix?: string | null };
export type Device = {
  id: string;
  version: number;
  kind: DeviceKind;
  name: string;
  connection: DeviceConnection;
  profile: string | null;
  printer: PrinterSettings;
  scanner: ScannerSettings;
  protection: Protection | null;
  serial_number: string | null;
  terminal_id: string | null;
  agent_id: string | null;
  till_ids: string[];
  state: DeviceState;
  state_detail: string;
  drawer_open: boolean | null;
  last_seen_at: string | null;
  registering: boolean;
  last_scan: string | null;
  queue: number;
  archived: boolean;
};
export type DeviceInput = Pick<Device, 'kind' | 'name' | 'connection'> &
  Partial<
    Pick<
      Device,
      | 'version'
      | 'profile'
      | 'printer'
      | 'scanner'
      | 'protection'
      | 'serial_number'
      | 'terminal_id'
      | 'agent_id'
    >
  >;
export type FoundDevice = {
  kind: DeviceKind;
  name: string;
  connection: DeviceConnection;
  profile?: string | null;
  agent_id: string | null;
};
export type DeviceJob = {
  id: string;
  device_id: string;
  kind: 'print' | 'drawer' | 'chart';
  state: JobState;
  document: { kind: string; id: string; copy: boolean } | null;
  created_at: string;
  finished_at: string | null;
  next_at: string | null;
  detail: string;
  reason: string;
  attempts: number;
};
export type TestAnswer = { job_id: string | null; ok: boolean | null; detail: string };
export type TerminalAnswer = { ok: boolean; detail: string };
export type LogLine = { at: string; level: string; text: string };
export type Agent = {
  id: string;
  name: string;
  connected: boolean;
  address: string | null;
  devices: string[];
  paired_at: string;
};
export type PairingCode = { code: string; expires_at: string; qr: string };
export type PrinterProfile = { id: string; name: string };
/** A payment through a terminal. */
export type Payment = {
  id: string;
  method: PaymentMethod;
  amount: Money;
  state: PaymentState;
  detail: string;
  can_check: boolean;
  can_decide: boolean;
};
