import { describe, expect, it } from 'vitest';
import { WedgeReader } from './wedge';

function type(reader: WedgeReader, text: string, gapMs: number, end = 'Enter'): string | null {
  let at = 1000;
  for (const digit of text) {
    reader.take({
      code: /\d/.test(digit) ? `Digit${digit}` : `Key${digit.toUpperCase()}`,
      shift: false,
      atMs: at,
    });
    at += gapMs;
  }
  return reader.take({ code: end, shift: false, atMs: at });
}

describe('a scanner that types', () => {
  it('is heard with Enter and with Tab', () => {
    expect(type(new WedgeReader(), '4607014826556', 4)).toBe('4607014826556');
    expect(type(new WedgeReader(), '4607014826556', 50, 'Tab')).toBe('4607014826556');
  });

  it('is not confused with a person', () => {
    expect(type(new WedgeReader(), '4607014826556', 51)).toBeNull();
  });

  it('leaves out what a person typed just before', () => {
    const reader = new WedgeReader();
    reader.take({ code: 'KeyA', shift: false, atMs: 0 });
    expect(type(reader, '12345678', 5)).toBe('12345678');
  });

  it('forgets a run that a control key broke', () => {
    const reader = new WedgeReader();
    reader.take({ code: 'Digit1', shift: false, atMs: 0 });
    reader.take({ code: 'ArrowLeft', shift: false, atMs: 5 });
    expect(reader.take({ code: 'Enter', shift: false, atMs: 10 })).toBeNull();
  });

  it('keeps capitals of a QR text', () => {
    const reader = new WedgeReader();
    ['KeyS', 'KeyA', 'KeyL'].forEach((code, index) => {
      reader.take({ code: 'ShiftLeft', shift: true, atMs: index * 3 });
      reader.take({ code, shift: true, atMs: index * 3 + 1 });
    });
    expect(reader.take({ code: 'Enter', shift: false, atMs: 10 })).toBe('SAL');
  });
});
