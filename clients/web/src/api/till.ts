import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get, send } from './http';
import type {
  Cart,
  Discount,
  LineChange,
  Page,
  Payment,
  PaymentInput,
  Sale,
  TileCategory,
  TileProduct,
  Tiles,
  TillNow,
} from './types';

export const tillKeys = {
  all: ['till'] as const,
  now: ['till', 'now'] as const,
  cart: (id: string) => ['till', 'cart', id] as const,
  tiles: (category: string) => ['till', 'tiles', category] as const,
};

export const tillQuery = queryOptions({
  queryKey: tillKeys.now,
  queryFn: ({ signal }) => get<TillNow>('/till', undefined, signal),
});

export const cartQuery = (id: string | null) =>
  queryOptions({
    queryKey: tillKeys.cart(id ?? 'none'),
    queryFn: ({ signal }) => get<Cart>(`/carts/${id}`, undefined, signal),
    enabled: id !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });

export type TilePage = Page<TileProduct> & { categories: TileCategory[] };

/** Goods to tap, those that sell best first, page by page. */
export const tilesQuery = (category: string) =>
  infiniteQueryOptions({
    queryKey: tillKeys.tiles(category),
    queryFn: async ({ pageParam, signal }): Promise<TilePage> => {
      const tiles = await get<Tiles>('/till/tiles', { category, cursor: pageParam }, signal);
      return { items: tiles.products, categories: tiles.categories, next: tiles.next ?? null };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });

const cart = <T>(method: 'POST' | 'PUT' | 'DELETE', path: string, key: string, body?: unknown) =>
  send<T>(method, `/carts${path}`, { key, body, durable: true });

export const newCart = (key: string) => cart<Cart>('POST', '', key, {});
export const holdCart = (id: string, key: string) => cart<Cart>('POST', `/${id}/hold`, key, {});
export const takeCart = (id: string, key: string) => cart<Cart>('POST', `/${id}/take`, key, {});
export const dropCart = (id: string, key: string) => cart<void>('DELETE', `/${id}`, key);
export const scanInto = (id: string, body: { code: string; quantity?: string }, key: string) =>
  cart<Cart>('POST', `/${id}/scan`, key, body);
export const addLine = (
  id: string,
  body: { product_id: string; quantity?: string; code?: string },
  key: string,
) => cart<Cart>('POST', `/${id}/lines`, key, body);
export const changeLine = (id: string, line: string, body: LineChange, key: string) =>
  cart<Cart>('PUT', `/${id}/lines/${line}`, key, body);
export const removeLine = (id: string, line: string, key: string) =>
  cart<Cart>('DELETE', `/${id}/lines/${line}`, key);
export const discountCart = (id: string, discount: Discount | null, key: string) =>
  cart<Cart>('PUT', `/${id}/discount`, key, { discount });
export const setCustomer = (id: string, customer_id: string | null, key: string) =>
  cart<Cart>('PUT', `/${id}/customer`, key, { customer_id });
export const pay = (id: string, body: PaymentInput, key: string) =>
  cart<Cart>('POST', `/${id}/payments`, key, body);
export const removePayment = (id: string, payment: string, key: string) =>
  cart<Cart>('DELETE', `/${id}/payments/${payment}`, key);
export const completeCart = (id: string, key: string) =>
  cart<Sale>('POST', `/${id}/complete`, key, { print: true });
/** A payment with its words of the moment; stale with its cart. */
export const paymentQuery = (cartId: string, id: string) =>
  queryOptions({
    queryKey: [...tillKeys.cart(cartId), 'payment', id],
    queryFn: ({ signal }) => get<Payment>(`/payments/${id}`, undefined, signal),
  });

export const checkPayment = (id: string, key: string) =>
  send<Payment>('POST', `/payments/${id}/check`, { key, body: {}, durable: true });
export const decidePayment = (
  { id, ...body }: { id: string; outcome: 'paid' | 'not_paid'; reason: string },
  key: string,
) => send<Payment>('POST', `/payments/${id}/decide`, { key, body, durable: true });
export const openDrawer = (reason: string, key: string) =>
  send<void>('POST', '/till/open-drawer', { key, body: { reason } });
