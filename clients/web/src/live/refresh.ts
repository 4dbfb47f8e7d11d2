import type { InfiniteData, Query, QueryClient, QueryFunctionContext } from '@tanstack/react-query';
import { tillKeys } from '@/api/till';
import type { Cart, Page, TillNow } from '@/api/types';
import { pagesInSight } from './inSight';
import { staleKeys } from './keys';

/**
 * What a moved topic makes the page ask for again: gathered for a moment, asked once. A busy shop moves a topic many
 * times a second, and a long list is not fetched from its beginning for each.
 */
const GATHER_MS = 250;
/** The answer to an own step usually comes right behind the message about it. */
const OWN_STEP_MS = 150;

type Pages = InfiniteData<Page<{ id?: string }>, string | null>;

const versionOf = (payload: unknown): number | null => {
  const version = (payload as { version?: unknown } | null)?.version;
  return typeof version === 'number' ? version : null;
};

const cartOf = (payload: unknown): string | undefined => (payload as { cart?: string } | null)?.cart;

/** Whether a message tells only of what this page did itself and has the answer to. */
export function isKnown(client: QueryClient, topic: string, payload: unknown): boolean {
  const version = versionOf(payload);
  if (version === null) return false;
  const [name, id = ''] = topic.split(':');
  const cart = name === 'cart' ? id : cartOf(payload);
  if (cart === undefined || (name !== 'cart' && name !== 'till')) return false;
  const known = client.getQueryData<Cart>(tillKeys.cart(cart));
  if (!known || known.version < version) return false;
  // The till's own page shows its active cart from the cart itself, and of the others only what they come to.
  return name === 'cart' || client.getQueryData<TillNow>(tillKeys.now)?.active_cart_id === cart;
}

/**
 * The first page anew, before the rest that is there: what moved down stays, and what the new page no longer has is gone.
 * When nothing of the old page is in the new one the rest no longer follows it, and is asked for again as it is reached.
 */
export function withNewHead(old: Pages, head: Page<{ id?: string }>): Pages {
  const [first, ...rest] = old.pages;
  const last = head.items.at(-1)?.id;
  const at = first?.items.findIndex((item) => item.id !== undefined && item.id === last) ?? -1;
  if (!first || at < 0 || head.next === null) return { pages: [head], pageParams: [null] };
  const moved = first.items.slice(at + 1);
  const merged = { ...head, items: [...head.items, ...moved], next: first.next };
  // A row that rose to the head stands there only.
  const risen = new Set(merged.items.map((item) => item.id));
  const others = rest.map((page) => ({ ...page, items: page.items.filter((item) => !risen.has(item.id)) }));
  return { pages: [merged, ...others], pageParams: old.pageParams };
}

const isLong = (query: Query): boolean => ((query.state.data as Pages | undefined)?.pages?.length ?? 0) > 1;

/** A page anew in its place: up to where it ended before, so that the next one still follows it. */
export function withNewPage(old: Pages, at: number, fresh: Page<{ id?: string }>): Pages {
  const before = old.pages[at];
  if (!before) return old;
  const last = before.items.at(-1)?.id;
  const end = fresh.items.findIndex((item) => item.id !== undefined && item.id === last);
  const items = end < 0 ? fresh.items : fresh.items.slice(0, end + 1);
  const pages = old.pages.map((page, index) => (index === at ? { ...fresh, items, next: page.next } : page));
  return { ...old, pages };
}

async function refreshInSight(client: QueryClient, query: Query): Promise<void> {
  const read = query.options.queryFn;
  const known = query.state.data as Pages;
  if (typeof read !== 'function') return;
  const { queryKey } = query;
  const ask = (pageParam: string | null) => {
    const context = { queryKey, pageParam, signal: new AbortController().signal, direction: 'forward' };
    return read({ ...context, client, meta: undefined } as QueryFunctionContext) as Promise<
      Page<{ id?: string }>
    >;
  };
  const seen = pagesInSight(
    queryKey,
    known.pages.map((page) => page.items.length),
  );
  const params = seen.map((at) => known.pageParams[at] ?? null);
  const [head, ...others] = await Promise.all([ask(null), ...params.map(ask)]);
  client.setQueryData<Pages>(queryKey, (old) => {
    if (!old || !head) return old;
    // A page is put in place only where its cursor still stands.
    const mended = seen.reduce(
      (pages, at, index) =>
        others[index] && pages.pageParams[at] === params[index]
          ? withNewPage(pages, at, others[index])
          : pages,
      old,
    );
    return withNewHead(mended, head);
  });
}

function refresh(client: QueryClient, keys: readonly (readonly unknown[])[]): void {
  const cache = client.getQueryCache();
  const queries = new Set(keys.flatMap((queryKey) => cache.findAll({ queryKey })));
  for (const query of queries) {
    if (isLong(query) && query.isActive()) void refreshInSight(client, query).catch(() => undefined);
    else void client.invalidateQueries({ queryKey: query.queryKey, exact: true });
  }
}

type Move = { topic: string; payload: unknown };

/** Gathers moves and refreshes what they made old. */
export class Refresher {
  private readonly moves = new Map<string, Move>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private dueAtMs = Number.POSITIVE_INFINITY;

  constructor(private readonly client: QueryClient) {}

  moved(topic: string, payload: unknown): void {
    const name = `${topic} ${cartOf(payload) ?? ''}`;
    const before = this.moves.get(name);
    // A move without a version is never forgotten behind one with a version.
    if (!before || versionOf(before.payload) !== null) this.moves.set(name, { topic, payload });
    this.within(/^(cart|till):/.test(topic) ? OWN_STEP_MS : GATHER_MS);
  }

  /** After silence anything may have moved. */
  everything(): void {
    refresh(this.client, [[]]);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.moves.clear();
    this.dueAtMs = Number.POSITIVE_INFINITY;
  }

  private within(ms: number): void {
    const dueAtMs = Date.now() + ms;
    if (dueAtMs >= this.dueAtMs) return;
    clearTimeout(this.timer);
    this.dueAtMs = dueAtMs;
    this.timer = setTimeout(() => this.flush(), ms);
  }

  private flush(): void {
    const moves = [...this.moves.values()];
    this.stop();
    const stale = moves
      .filter(({ topic, payload }) => !isKnown(this.client, topic, payload))
      .flatMap(({ topic, payload }) => staleKeys(topic, payload));
    refresh(this.client, stale);
  }
}
