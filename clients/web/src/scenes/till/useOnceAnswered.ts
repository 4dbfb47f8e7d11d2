import { useEffect, useRef } from 'react';
import type { TillCart } from './useCart';

/**
 * Begins a payment as soon as what was asked before it is answered: a cashier is quicker than a slow line. When the
 * answer changes what is due, another entry takes the place of this one and nothing is taken. While its own payment is
 * on its way a second press is nothing.
 */
export function useOnceAnswered(till: TillCart): {
  busy: boolean;
  begin: (pay: () => Promise<void>) => void;
} {
  const busy = till.pending.use() > 0;
  const own = useRef(false);
  const wanted = useRef<(() => Promise<void>) | null>(null);

  const run = (pay: () => Promise<void>) => {
    own.current = true;
    void pay().finally(() => {
      own.current = false;
    });
  };
  useEffect(() => {
    const pay = busy ? null : wanted.current;
    if (!pay) return;
    wanted.current = null;
    run(pay);
  }, [busy]);

  return {
    busy,
    begin: (pay) => {
      if (own.current) return;
      if (till.pending.get() > 0) wanted.current = pay;
      else run(pay);
    },
  };
}
