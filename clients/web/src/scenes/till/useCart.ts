import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { get } from '@/api/http';
import { requestId } from '@/api/ids';
import { ApiError, codeOf } from '@/api/problem';
import { sessionQuery } from '@/api/session';
import {
  addLine,
  cartQuery,
  changeLine,
  completeCart,
  discountCart,
  dropCart,
  holdCart,
  newCart,
  pay,
  removeLine,
  removePayment,
  scanInto,
  setCustomer,
  takeCart,
  tillKeys,
  tillQuery,
} from '@/api/till';
import type { Cart, Discount, LineChange, PaymentInput, Product, Sale, TillNow } from '@/api/types';
import { isLocked } from '@/app/cover';
import { entered } from '@/app/interruption';
import { isAsked, useAsked } from '@/app/questions';
import { sayDone } from '@/app/toasts';
import { textNow } from '@/i18n';
import { addQuantity } from '@/lib/quantity';
import { createStore } from '@/lib/store';
import { useLive } from '@/live/socket';
import { dropWish, keepWish, storedWishes, type Wish } from './wishes';

/** What the till has to say about the last step, at the place it belongs to. */
export type Notice =
  | { kind: 'unknown_code'; cart: string; code: string; quantity: string | null; error: unknown }
  | { kind: 'choices'; cart: string; code: string; quantity: string | null; products: Product[] }
  | { kind: 'problem'; error: unknown; lineId: string | null }
  /** The till was locked or left to another person before the step was done: it was not done. */
  | { kind: 'dropped' }
  /** Codes that were scanned and are in no receipt. */
  | { kind: 'lost'; why: Lost; codes: string[] };

/** Why: the till was locked; another person has come; the receipt they were meant for is over. */
export type Lost = 'locked' | 'person' | 'receipt';

/** What a person still has to answer or to know: it stands until then, and whatever else is scanned goes on. */
const stands = ({ kind }: Notice) => kind !== 'problem' && kind !== 'dropped';
const isOf = (cart: string | null) => (notice: Notice) => !('cart' in notice) || notice.cart === cart;

/** The same list where nothing leaves it: a step without a word draws nothing. */
const only = (keeps: (notice: Notice) => boolean) => (before: Notice[]) =>
  before.every(keeps) ? before : before.filter(keeps);

type Step = (cartId: string, cart: Cart | undefined) => Promise<Cart | null>;
/** What a step is about: a line, a code and how many times it was scanned, or a form that says itself what is wrong. */
type About = { lineId?: string; code?: string; quantity?: string | null; form?: true };

async function noticeFor(
  error: unknown,
  cart: string | null,
  { lineId, code, quantity = null }: About,
): Promise<Notice> {
  const problem: Notice = { kind: 'problem', error, lineId: lineId ?? null };
  if (cart === null || code === undefined || !(error instanceof ApiError)) return problem;
  // It is being paid: what is scanned now was not meant for it, or comes too late.
  if (error.problem.code === 'cart.frozen') return { kind: 'lost', why: 'receipt', codes: [code] };
  if (error.problem.code === 'product.unknown_barcode')
    return { kind: 'unknown_code', cart, code, quantity, error };
  const ids = error.problem.params?.products;
  if (error.problem.code !== 'product.ambiguous' || !Array.isArray(ids)) return problem;
  try {
    const products = await Promise.all(ids.map((id) => get<Product>(`/products/${String(id)}`)));
    return { kind: 'choices', cart, code, quantity, products };
  } catch {
    return problem;
  }
}

/** The line that a scan made or raised. */
function changedLine(before: Cart | undefined, after: Cart) {
  const quantities = new Map(before?.lines.map((line) => [line.id, line.quantity]));
  return after.lines.find((line) => quantities.get(line.id) !== line.quantity);
}

/**
 * The cart of this till. It lives in the hub; this holds its steps in order, so that ten quick scans arrive as ten lines
 * in the order they were made, and none waits for the screen.
 */
export function useCart(now: TillNow) {
  const client = useQueryClient();
  /** Steps that are on their way. Beside the screen: what only waits draws nothing but its own sign. */
  const [pending] = useState(() => createStore(0));
  /** Perhaps what went wrong just now, then the questions in their order. */
  const [notices, setNotices] = useState<Notice[]>([]);
  const [touched, setTouched] = useState<{ line: string; at: number } | null>(null);
  const [sale, setSale] = useState<Sale | null>(null);
  const [waiting] = useState(storedWishes);
  const tail = useRef<Promise<void>>(Promise.resolve());
  const finishing = useRef<{ cart: string; key: string } | null>(null);

  const id = now.active_cart_id;
  useLive(id ? `cart:${id}` : null);
  const known = useQuery(cartQuery(id));
  const cart = known.data ?? null;

  const activate = (active: string | null) =>
    client.setQueryData(tillQuery.queryKey, (before) => before && { ...before, active_cart_id: active });
  /** A cart that was sold or emptied is not among those that wait, not even until the till is asked again. */
  const forget = (gone: string) =>
    client.setQueryData(
      tillQuery.queryKey,
      (before) =>
        before && {
          ...before,
          active_cart_id: null,
          carts: before.carts.filter((chip) => chip.id !== gone),
        },
    );
  const current = () => client.getQueryData(tillQuery.queryKey)?.active_cart_id ?? null;
  const keep = (next: Cart) =>
    client.setQueryData(cartQuery(next.id).queryKey, (before) =>
      before && before.version > next.version ? before : next,
    );

  const person = () => client.getQueryData(sessionQuery.queryKey)?.user.id;
  const isAgain = async (by: string | undefined) => {
    await entered();
    const session = await client.fetchQuery(sessionQuery);
    return session?.user.id === by;
  };

  /** One after another. With nothing before it a request goes out first, and the screen is drawn while the hub answers. */
  const inOrder = (run: () => Promise<void>): Promise<void> => {
    const begun = pending.get() === 0 ? run() : tail.current.then(run);
    pending.set(pending.get() + 1);
    const done = begun.finally(() => pending.set(pending.get() - 1));
    tail.current = done.catch(() => undefined);
    return done;
  };

  const tell = (notice: Notice) =>
    setNotices((before) => {
      if (!stands(notice)) return [notice, ...before.filter(stands)];
      if (notice.kind === 'lost') {
        const same = before.find((one) => one.kind === 'lost' && one.why === notice.why);
        const codes = same?.kind === 'lost' ? [...same.codes, ...notice.codes] : notice.codes;
        return [{ ...notice, codes }, ...before.filter((one) => one !== same)];
      }
      const { kind } = notice;
      const asked =
        kind === 'unknown_code' && before.some((one) => one.kind === kind && one.code === notice.code);
      return asked ? before : [...before, notice];
    });
  const lose = (why: Lost, code: string | undefined) =>
    tell(code === undefined ? { kind: 'dropped' } : { kind: 'lost', why, codes: [code] });
  const dismiss = (notice = notices.find(isOf(current()))) => setNotices(only((one) => one !== notice));

  const enqueue = (step: Step, about: About = {}) => {
    // Taken before the step: a session that ran out is forgotten with its person.
    const by = person();
    const attempt = async (): Promise<void> => {
      let active = current();
      try {
        if (active === null) {
          const made = await newCart(requestId());
          keep(made);
          activate(made.id);
          active = made.id;
        }
        const next = await step(active, client.getQueryData(cartQuery(active).queryKey));
        if (next) keep(next);
        setNotices(only(({ kind }) => kind !== 'problem'));
      } catch (error) {
        if (error instanceof ApiError && error.problem.status === 401) {
          // A lock is meant: what came under it is not done behind the back of whoever unlocks. A session that only ran
          // out asks for the person, and his step goes on where it stopped.
          const locked = error.problem.code === 'session.locked';
          if (locked || !(await isAgain(by))) {
            lose(locked ? 'locked' : 'person', about.code);
            if (about.form) throw error;
            return;
          }
          return attempt();
        }
        if (error instanceof ApiError && about.code === undefined) {
          void client.invalidateQueries({ queryKey: tillKeys.all });
        }
        if (about.form) throw error;
        tell(await noticeFor(error, active, about));
      }
    };
    return inOrder(attempt);
  };

  const glow = (line: string | null | undefined) => line && setTouched({ line, at: Date.now() });
  const lineOf = (next: Cart, product: string) =>
    next.lines.findLast((line) => line.product_id === product)?.id;

  const grant = (wish: Wish) => {
    const granting = wish.code === undefined ? addProduct(wish.product, wish) : scanCode(wish.code, wish);
    keepWish(wish);
    setNotices(only(stands));
    setSale(null);
    return granting.finally(() => dropWish(wish.key));
  };

  const scanCode = (code: string, { key, quantity }: Wish) =>
    enqueue(
      async (active, before) => {
        const next = await scanInto(active, { code, quantity: quantity ?? undefined }, key);
        glow(changedLine(before, next)?.id);
        return next;
      },
      { code, quantity },
    );

  const addProduct = (product: string, { key, quantity, chosenBy }: Wish) =>
    enqueue(async (active) => {
      const next = await addLine(
        active,
        { product_id: product, quantity: quantity ?? undefined, code: chosenBy },
        key,
      );
      glow(lineOf(next, product));
      return next;
    });

  const wish = () => ({ key: requestId(), savedAtMs: Date.now(), by: person(), cart: current() });
  const scan = async (code: string, quantity: string | null = null) => {
    if (isLocked()) return lose('locked', code);
    const wanted: Wish = { ...wish(), code, quantity };
    if (!isAsked()) return grant(wanted);
    keepWish(wanted);
    waiting.push(wanted);
    sayDone(textNow('scan.waits', { code }));
  };
  const add = (product: string, quantity: string | null = null) => grant({ ...wish(), product, quantity });
  /** One of the goods that a scanned code stands for; the code may carry a weight. */
  const choose = (product: string, question: Extract<Notice, { kind: 'choices' }>) => {
    dismiss(question);
    return grant({ ...wish(), product, quantity: question.quantity, chosenBy: question.code });
  };

  /** A wish is its person's, and meant for the receipt that lay there; with none, for the next. */
  const isLost = ({ by, cart: meant }: Wish): Lost | null => {
    if (by !== undefined && by !== person()) return 'person';
    return meant && meant !== current() ? 'receipt' : null;
  };

  // What an earlier page left, and what was scanned while a question stood open.
  const asked = useAsked();
  useEffect(() => {
    if (asked) return;
    for (const left of waiting.splice(0)) {
      const why = isLost(left);
      if (!why) void grant(left);
      else {
        dropWish(left.key);
        lose(why, left.code ?? left.chosenBy);
      }
    }
  }, [asked]);

  const change = async (lineId: string, body: LineChange, key: string) => {
    if (Object.keys(body).length === 0) return;
    await enqueue((active) => changeLine(active, lineId, body, key), { form: true });
  };

  const step = (lineId: string, delta: string) => {
    const key = requestId();
    return enqueue(
      async (active, known) => {
        const line = known?.lines.find((other) => other.id === lineId);
        if (!line) return null;
        const quantity = addQuantity(line.quantity, delta);
        if (quantity.startsWith('-') || quantity === '0') return removeLine(active, lineId, key);
        glow(lineId);
        return changeLine(active, lineId, { quantity }, key);
      },
      { lineId },
    );
  };

  const simple = (run: (active: string, key: string) => Promise<Cart>) => {
    const key = requestId();
    return enqueue((active) => run(active, key));
  };

  const leave = (run: (active: string, key: string) => Promise<unknown>, left: (cart: string) => void) => {
    const key = requestId();
    return enqueue(async (active) => {
      await run(active, key);
      left(active);
      await client.invalidateQueries({ queryKey: tillKeys.now });
      return null;
    });
  };

  /** One key for a cart however often it is asked: the effect on screen, the button and a reload mean the same. */
  const complete = () => {
    const active = current();
    if (active === null) return tail.current;
    if (finishing.current?.cart !== active) finishing.current = { cart: active, key: requestId() };
    const { key } = finishing.current;
    return enqueue(async () => {
      const known = client.getQueryData(cartQuery(active).queryKey);
      if (!known || known.state === 'completed') return null;
      const done = await completeCart(active, key).catch((error: unknown) => {
        if (codeOf(error) !== 'cart.gone') throw error;
        return null;
      });
      // Another device that saw the same last payment was quicker: the sale is made, once.
      if (!done) {
        await client.invalidateQueries({ queryKey: tillKeys.now });
        return null;
      }
      client.setQueryData(cartQuery(active).queryKey, { ...known, state: 'completed' });
      forget(active);
      setSale(done);
      // The questions of a receipt that is paid are over; a code that nobody chose for is said to be missing.
      setNotices((before) => {
        const open = before.filter((one) => one.kind === 'choices' && one.cart === active);
        const codes = open.map((one) => (one.kind === 'choices' ? one.code : ''));
        const rest = before.filter((one) => one.kind === 'lost' || !isOf(active)(one));
        return codes.length > 0 ? [{ kind: 'lost', why: 'receipt', codes }, ...rest] : rest;
      });
      void client.invalidateQueries({ queryKey: tillKeys.now });
      return null;
    });
  };

  // A sale that another device finished is no longer this till's cart.
  const over = cart?.state === 'completed' || codeOf(known.error) === 'cart.gone';
  useEffect(() => {
    if (over) void client.invalidateQueries({ queryKey: tillKeys.now });
  }, [over, client]);

  // A question of a receipt that waits stands when it is taken again.
  const shown = notices.filter(isOf(id));
  return {
    cart: over ? null : cart,
    sale,
    pending,
    notice: shown[0] ?? null,
    notices: shown,
    touched,
    scan,
    add,
    choose,
    change,
    step,
    complete,
    remove: (lineId: string) => simple((active, key) => removeLine(active, lineId, key)),
    discount: (discount: Discount | null, key: string) =>
      enqueue((active) => discountCart(active, discount, key), { form: true }),
    customer: (customer: string | null) => simple((active, key) => setCustomer(active, customer, key)),
    pay: (body: PaymentInput) => simple((active, key) => pay(active, body, key)),
    removePayment: (payment: string) => simple((active, key) => removePayment(active, payment, key)),
    hold: () => leave(holdCart, () => activate(null)),
    drop: () => leave(dropCart, forget),
    take: (other: string) => {
      const key = requestId();
      setSale(null);
      return inOrder(async () => {
        try {
          const taken = await takeCart(other, key);
          keep(taken);
          activate(taken.id);
        } catch (error) {
          tell({ kind: 'problem', error, lineId: null });
        }
        await client.invalidateQueries({ queryKey: tillKeys.now });
      });
    },
    dismiss,
    newSale: () => setSale(null),
  };
}

export type TillCart = ReturnType<typeof useCart>;
