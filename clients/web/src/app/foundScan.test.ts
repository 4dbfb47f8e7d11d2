import { describe, expect, it } from 'vitest';
import { receiptNumber } from './foundScan';

describe('a scanned code', () => {
  it.each([
    ['duken:SAL-2026-000123', 'SAL-2026-000123'],
    ['SAL-2026-000123', 'SAL-2026-000123'],
    ['duken:RET-2026-000004', 'RET-2026-000004'],
    ['4870000000012', null],
    ['https://example.kz/SAL-2026-000123', null],
  ])('%s is receipt %s', (code, number) => {
    expect(receiptNumber(code)).toBe(number);
  });
});
