import { vi } from 'vitest';
import { AskModal } from '@/components/AskModal';

/** A dialog that asks for a reason, over whatever is tested. */
export const ask = (close: () => void = vi.fn()) => (
  <AskModal
    opened
    title="Sure?"
    confirm="Yes"
    reason="Why"
    busy={false}
    onClose={close}
    onConfirm={vi.fn()}
  />
);
