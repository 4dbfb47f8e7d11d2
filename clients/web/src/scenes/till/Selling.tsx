import { IconChevronUp } from '@tabler/icons-react';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import type { ShiftChip, TillNow } from '@/api/types';
import { HubBar } from '@/app/HubBar';
import { useMay } from '@/app/identity';
import { useQuestion } from '@/app/questions';
import { useScans } from '@/app/scans';
import { useShortcuts } from '@/app/shortcuts';
import { Sum } from '@/components/Figures';
import { useT } from '@/i18n';
import { setFieldValue } from '@/lib/fields';
import { AfterPayment } from './AfterPayment';
import { CartPane } from './CartPane';
import { readEntry } from './entry';
import { FindPane } from './FindPane';
import { bringCart, waitingCarts } from './HeldCarts';
import { NoticeBar } from './NoticeBar';
import { PaymentPane } from './PaymentPane';
import classes from './Till.module.css';
import { TillBar } from './TillBar';
import { useCart } from './useCart';
import { useIdleLock } from './useIdleLock';

const TillDialog = lazy(() => import('./TillDialog').then((m) => ({ default: m.TillDialog })));
const CustomerPicker = lazy(() => import('./CustomerPicker').then((m) => ({ default: m.CustomerPicker })));
const PriceCheck = lazy(() => import('./PriceCheck').then((m) => ({ default: m.PriceCheck })));
const LastReceipt = lazy(() => import('./LastReceipt').then((m) => ({ default: m.LastReceipt })));
const OpenDrawer = lazy(() => import('./OpenDrawer').then((m) => ({ default: m.OpenDrawer })));
const DiscountModal = lazy(() => import('./DiscountModal').then((m) => ({ default: m.DiscountModal })));

type Side = 'customer' | 'discount' | 'return' | 'shift' | 'price' | 'drawer' | 'last' | null;

const REFUSED = ['failed', 'decided_unpaid'];

/** The sale itself: find on the left, the receipt on the right; payment takes the place of finding. */
export function Selling({
  now,
  shift,
  onShiftShown,
}: {
  now: TillNow;
  shift: ShiftChip;
  onShiftShown: (shown: boolean) => void;
}) {
  const t = useT();
  const may = useMay();
  const till = useCart(now);
  const { cart, sale } = till;
  const [paying, setPaying] = useState(false);
  const [side, setSide] = useState<Side>(null);
  const mayReturn = may('sales.return') || may('sales.return_without_receipt');
  const mayLook = may('sales.view');
  const [returned, setReturned] = useState('');
  const [cartShown, setCartShown] = useState(false);
  const [selected, setSelected] = useState<string | null>(null);
  const search = useRef<HTMLInputElement>(null);

  const hasLines = (cart?.lines.length ?? 0) > 0;
  // What the terminal refused holds nothing: the receipt can be gone on with.
  const engaged = cart?.payments.some((payment) => !REFUSED.includes(payment.state)) ?? false;
  const inPayment = hasLines && (paying || engaged);
  const stage = sale ? 'after' : inPayment ? 'payment' : 'find';
  useIdleLock(stage !== 'payment');
  // `3*` waits in the search line for what is scanned next.
  const takeCount = () => {
    const field = search.current;
    const entry = readEntry(field?.value ?? '');
    if (!field || entry.quantity === null || entry.rest !== '') return null;
    setFieldValue(field, '');
    return entry.quantity;
  };
  useScans((code) => void till.scan(code, takeCount()), true, 'till');
  useQuestion(side !== null);
  useEffect(() => {
    if (sale) {
      setPaying(false);
      setCartShown(false);
      setSelected(null);
    }
  }, [sale]);

  useEffect(() => onShiftShown(side === 'shift'), [side]);

  const beginReturn = (number: string) => {
    setReturned(number);
    setSide('return');
  };
  const showShift = useCallback(() => setSide('shift'), []);
  const line = selected ?? cart?.lines.at(-1)?.id ?? null;
  const move = (by: number) => {
    const lines = cart?.lines ?? [];
    const at = lines.findIndex((other) => other.id === line);
    setSelected(lines[Math.max(0, Math.min(lines.length - 1, at + by))]?.id ?? null);
  };
  useShortcuts({
    // While money is taken, F1 to F4 are the ways of payment.
    ...(stage === 'find'
      ? {
          F2: () => search.current?.focus(),
          F3: () => hasLines && setSide('customer'),
          F4: () => hasLines && may('sales.discount') && setSide('discount'),
          F6: () => {
            const last = waitingCarts(now).at(-1);
            if (hasLines) void till.hold();
            else if (last) void bringCart(till, last.id);
          },
          ...Object.fromEntries(
            waitingCarts(now)
              .slice(0, 9)
              .map((chip, index) => [`Alt+${index + 1}`, () => void bringCart(till, chip.id)]),
          ),
        }
      : {}),
    F7: () => mayReturn && beginReturn(''),
    F12: () => mayLook && setSide('last'),
    F8: () => setSide('shift'),
    F10: () => setSide('price'),
    F9: () => stage === 'find' && hasLines && setPaying(true),
    Escape: () => (till.notice ? till.dismiss() : setPaying(false)),
    ...(stage === 'find' && search.current?.value === ''
      ? {
          ArrowUp: () => move(-1),
          ArrowDown: () => move(1),
          Delete: () => line && void till.remove(line),
        }
      : {}),
  });

  return (
    <div className={classes.till}>
      <TillBar shift={shift} onShift={showShift} />
      <HubBar mayReload={!hasLines} />
      <div className={classes.work} data-cart={cartShown || undefined}>
        <div className={classes.left}>
          <NoticeBar till={till} onShowCreate={() => search.current?.blur()} />
          {stage === 'find' && (
            <FindPane
              ref={search}
              till={till}
              now={now}
              onReturn={mayReturn ? () => beginReturn('') : undefined}
              onLast={mayLook ? () => setSide('last') : undefined}
              onPrice={() => setSide('price')}
              onDrawer={may('shift.cash_out') ? () => setSide('drawer') : undefined}
            />
          )}
          {stage === 'payment' && cart && (
            <PaymentPane till={till} cart={cart} onBack={() => setPaying(false)} />
          )}
          {stage === 'after' && sale && <AfterPayment sale={sale} onNew={till.newSale} />}
        </div>
        <CartPane
          till={till}
          selected={line}
          onSelect={setSelected}
          stage={stage}
          onPay={() => {
            setPaying(true);
            setCartShown(false);
          }}
          onCustomer={() => setSide('customer')}
          onDiscount={() => setSide('discount')}
          onBack={() => setCartShown(false)}
        />
      </div>
      {stage === 'find' && (
        <button
          type="button"
          className={classes.toCart}
          onClick={() => setCartShown(true)}
          disabled={!hasLines}
        >
          <IconChevronUp size={22} />
          <span>{t('till.receipt_lines', { count: cart?.lines.length ?? 0 })}</span>
          {cart && <Sum of={cart.total} />}
        </button>
      )}
      <Suspense fallback={null}>
        {side === 'customer' && cart && (
          <CustomerPicker
            cart={cart.id}
            current={cart.customer}
            onClose={() => setSide(null)}
            onChoose={(id) => {
              void till.customer(id);
              setSide(null);
            }}
          />
        )}
        {side === 'discount' && cart && (
          <DiscountModal
            cart={cart.id}
            current={cart.discount}
            base={cart.subtotal}
            title={t('till.receipt_discount')}
            save={till.discount}
            onClose={() => setSide(null)}
          />
        )}
        {side === 'price' && (
          <PriceCheck
            onClose={() => setSide(null)}
            onAdd={(product) => {
              void till.add(product);
              setSide(null);
            }}
          />
        )}
        {side === 'last' && (
          <LastReceipt
            onClose={() => setSide(null)}
            onReturn={may('sales.return') ? beginReturn : undefined}
          />
        )}
        {side === 'drawer' && <OpenDrawer onClose={() => setSide(null)} />}
        {(side === 'return' || side === 'shift') && (
          <TillDialog side={side} number={returned} shift={shift} onClose={() => setSide(null)} />
        )}
      </Suspense>
    </div>
  );
}
