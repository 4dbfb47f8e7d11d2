import { describe, expect, it } from 'vitest';
import type { DeviceConnection } from '@/api/types';
import { addressOf, connectionFrom, DEFAULT_BAUD } from './connection';

describe('a connection that is edited as one line', () => {
  it('keeps serial number and port of a USB device', () => {
    const usb: DeviceConnection = { type: 'usb', vid: 0x04b8, pid: 0x0e15, serial: 'X1', port_path: '1-2' };
    expect(connectionFrom('usb', addressOf(usb), DEFAULT_BAUD, usb)).toEqual(usb);
    expect(connectionFrom('usb', '0416:5011', DEFAULT_BAUD, usb)).toEqual({
      type: 'usb',
      vid: 0x0416,
      pid: 0x5011,
    });
    expect(connectionFrom('usb', 'printer', DEFAULT_BAUD, usb)).toBeNull();
  });

  it('keeps data bits, parity and flow of a serial line', () => {
    const scale: DeviceConnection = {
      type: 'serial',
      path: '/dev/ttyS0',
      baud: 9600,
      data_bits: 7,
      parity: 'even',
      flow: 'hardware',
    };
    expect(connectionFrom('serial', '/dev/ttyS1', 19_200, scale)).toEqual({
      ...scale,
      path: '/dev/ttyS1',
      baud: 19_200,
    });
    expect(connectionFrom('serial', '/dev/ttyS1', 9600, null)).toEqual({
      type: 'serial',
      path: '/dev/ttyS1',
      baud: 9600,
    });
  });
});
