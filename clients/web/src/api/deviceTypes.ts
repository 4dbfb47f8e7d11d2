/** Devices on the wire. */
import type { components } from './schema';
import type { Given, JobState } from './types';

type Wire = components['schemas'];

export type DeviceKind = Wire['DeviceKind'];
export type DeviceState = 'ready' | 'busy' | 'offline' | 'paper_out' | 'cover_open' | 'unknown' | 'attention';
export type DeviceConnection = Wire['Connection'];
export const CONNECTION_TYPES = ['network', 'serial', 'usb_lp', 'usb', 'evdev'] as const;
export type ConnectionType = (typeof CONNECTION_TYPES)[number];
export type Protection = Wire['Protection'];
export const PROTECTIONS = [
  'https_name',
  'https_authority',
  'https_pinned',
  'https_unverified',
  'http_with_token',
  'http',
] as const satisfies readonly Protection['mode'][];
export type ProtectionMode = (typeof PROTECTIONS)[number];
export type PrinterSettings = Wire['PrinterSettings'];
export type Device = Omit<
  Given<Wire['DeviceShape']>,
  'state' | 'connection' | 'protection' | 'printer' | 'scanner'
> & {
  state: DeviceState;
  connection: DeviceConnection;
  protection: Protection | null;
  printer: PrinterSettings;
  scanner: Wire['ScannerSettings'];
};
export type DeviceInput = Wire['DeviceInput'];
export type FoundDevice = {
  kind: DeviceKind;
  name: string;
  connection: DeviceConnection;
  profile?: string | null;
  agent_id: string | null;
};
export type DeviceJob = Omit<Given<Wire['JobShape']>, 'state'> & { state: JobState };
export type TestAnswer = Given<Wire['TestAnswer']>;
export type TerminalAnswer = Pick<Wire['TerminalAnswer'], 'ok' | 'detail'>;
export type LogLine = { at: string; level: string; text: string };
export type Agent = {
  id: string;
  name: string;
  connected: boolean;
  address: string | null;
  devices: string[];
  paired_at: string;
};
export type PairingCode = Given<Wire['PairShape']>;
export type PrinterProfile = { id: string; name: string; code_pages: Wire['CodePageShape'][] };
export type ScannerSheet = { id: string; title: string; markdown: string };
export type HubNetwork = Given<Wire['NetworkShape']>;
/** A payment through a terminal. */
export type Payment = Given<Wire['PaymentShape']>;
