import type { Payment, PaymentState } from '@/api/types';

/** What a terminal is at, as far as the two people before it are concerned. */
export type TerminalStep = 'link' | 'buyer' | 'phone' | 'card' | 'pin' | 'unknown' | 'failed';

const BY_TERMINAL: Record<string, TerminalStep> = {
  WaitUser: 'buyer',
  WaitForQrConfirmation: 'phone',
  ProcessingCard: 'card',
  WaitForPinCode: 'pin',
};

export function stepOf(state: PaymentState, said?: Pick<Payment, 'sub_status'> | null): TerminalStep {
  if (state === 'unknown') return 'unknown';
  if (state === 'failed' || state === 'decided_unpaid') return 'failed';
  if (state === 'waiting') return BY_TERMINAL[said?.sub_status ?? ''] ?? 'buyer';
  return 'link';
}
