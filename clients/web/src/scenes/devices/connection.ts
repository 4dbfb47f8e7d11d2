import type { ConnectionType, DeviceConnection, Protection, ProtectionMode } from '@/api/types';

const hex = (number: number) => number.toString(16).padStart(4, '0');

/** Where a device is plugged in, as one line that a person can read and type. */
export function addressOf(connection: DeviceConnection): string {
  if (connection.type === 'network') return connection.address;
  if (connection.type === 'usb') return `${hex(connection.vid)}:${hex(connection.pid)}`;
  return connection.path;
}

export const DEFAULT_BAUD = 9600;

/**
 * Null when the line does not say it. What the line cannot say is kept from the connection as it was: data bits, parity and
 * flow of a serial line; serial number and port of a USB device, while it is the same device.
 */
export function connectionFrom(
  type: ConnectionType,
  text: string,
  baud: number,
  before: DeviceConnection | null,
): DeviceConnection | null {
  const line = text.trim();
  if (line === '') return null;
  if (type === 'network') return { type, address: line };
  if (type === 'serial') return { ...(before?.type === 'serial' ? before : {}), type, path: line, baud };
  if (type !== 'usb') return { type, path: line };
  const found = /^([0-9a-f]{4}):([0-9a-f]{4})$/i.exec(line);
  if (!found) return null;
  const vid = Number.parseInt(found[1] ?? '', 16);
  const pid = Number.parseInt(found[2] ?? '', 16);
  const same = before?.type === 'usb' && before.vid === vid && before.pid === pid;
  return same ? before : { type, vid, pid };
}

export function protectionFrom(mode: ProtectionMode, about: string, pem: string): Protection {
  if (mode === 'https_name') return { mode, name: about };
  if (mode === 'https_authority') return { mode, name: about, ca_pem: pem };
  if (mode === 'https_pinned') return { mode, sha256: about };
  return { mode };
}

export function protectionAbout(protection: Protection | null): string {
  if (protection === null) return '';
  if ('name' in protection) return protection.name;
  return 'sha256' in protection ? protection.sha256 : '';
}
