import { describe, expect, it } from 'vitest';
import { stepOf } from './terminalStep';

describe('what the terminal is at', () => {
  it.each([
    ['intent', undefined, 'link'],
    ['starting', undefined, 'link'],
    ['waiting', undefined, 'buyer'],
    ['waiting', 'WaitUser', 'buyer'],
    ['waiting', 'WaitForQrConfirmation', 'phone'],
    ['waiting', 'ProcessingCard', 'card'],
    ['waiting', 'WaitForPinCode', 'pin'],
    ['waiting', 'SomethingNewer', 'buyer'],
    ['unknown', 'ProcessingCard', 'unknown'],
    ['failed', undefined, 'failed'],
  ] as const)('%s, %s: %s', (state, sub_status, step) => {
    expect(stepOf(state, { sub_status: sub_status ?? null })).toBe(step);
  });
});
