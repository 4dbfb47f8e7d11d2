import { InfiniteQueryObserver, QueryClient } from '@tanstack/react-query';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { salesKeys } from '@/api/sales';
import { tillKeys } from '@/api/till';
import { noteInSight } from './inSight';
import { isKnown, Refresher, withNewHead, withNewPage } from './refresh';

const page = (ids: number[], next: string | null) => ({ items: ids.map((id) => ({ id: String(id) })), next });
const idsOf = (pages: { items: { id?: string }[] }[]) =>
  pages.flatMap((one) => one.items.map(({ id }) => Number(id)));

afterEach(() => vi.useRealTimers());

describe('a long list', () => {
  const old = { pages: [page([9, 8, 7], 'a'), page([6, 5, 4], 'b')], pageParams: [null, 'a'] };

  it('takes new rows at its head and keeps those that they pushed down', () => {
    const merged = withNewHead(old, page([11, 10, 9], 'x'));
    expect(idsOf(merged.pages)).toEqual([11, 10, 9, 8, 7, 6, 5, 4]);
    expect(merged.pages.at(-1)?.next).toBe('b');
  });

  it('loses a row that is no longer at its head', () => {
    expect(idsOf(withNewHead(old, page([9, 7, 6], 'x')).pages)).toEqual([9, 7, 6]);
    expect(idsOf(withNewHead(old, page([10, 9, 7], 'x')).pages)).toEqual([10, 9, 7, 6, 5, 4]);
  });

  it('shows a row that rose to the head there only', () => {
    expect(idsOf(withNewHead(old, page([4, 9, 8], 'x')).pages)).toEqual([4, 9, 8, 7, 6, 5]);
  });

  it('begins anew when the head has nothing of the old rows', () => {
    expect(idsOf(withNewHead(old, page([14, 13, 12], 'x')).pages)).toEqual([14, 13, 12]);
  });

  it('takes a page anew up to where it ended', () => {
    const mended = withNewPage(old, 1, page([6, 4, 3], 'x'));
    expect(idsOf(mended.pages)).toEqual([9, 8, 7, 6, 4]);
    expect(mended.pages[1]?.next).toBe('b');
  });

  it('is asked for its first page once, however often its topic moves', async () => {
    vi.useFakeTimers();
    const client = new QueryClient();
    const asked: (string | null)[] = [];
    const observer = new InfiniteQueryObserver(client, {
      queryKey: [...salesKeys.list, {}],
      queryFn: async ({ pageParam }) => {
        asked.push(pageParam);
        const from = pageParam === null ? 300 : Number(pageParam);
        return page([from, from - 1], String(from - 2));
      },
      initialPageParam: null as string | null,
      getNextPageParam: (last) => last.next,
      staleTime: Number.POSITIVE_INFINITY,
    });
    const stop = observer.subscribe(() => undefined);
    await vi.advanceTimersByTimeAsync(1);
    for (let more = 1; more < 50; more += 1) await observer.fetchNextPage();
    expect(asked.length).toBe(50);
    asked.length = 0;
    const refresher = new Refresher(client);
    for (let sale = 0; sale < 20; sale += 1) refresher.moved('sales', {});
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toEqual([null]);
    expect(observer.getCurrentResult().data?.pages.length).toBe(50);

    // Somebody looks at rows of the thirtieth page.
    asked.length = 0;
    noteInSight([...salesKeys.list, {}], { from: 58, to: 60 });
    for (let sale = 0; sale < 20; sale += 1) refresher.moved('sales', {});
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toEqual([null, '242']);
    expect(observer.getCurrentResult().data?.pages.length).toBe(50);
    stop();
  });
});

describe('what the page did itself', () => {
  const client = new QueryClient();
  client.setQueryData(tillKeys.cart('7'), { id: '7', version: 4 });
  client.setQueryData(tillKeys.now, { active_cart_id: '7' });

  it.each([
    ['cart:7', { version: 4 }, true],
    ['cart:7', { version: 5 }, false],
    ['cart:7', { gone: true }, false],
    ['cart:8', { version: 1 }, false],
    ['till:1', { cart: '7', version: 4 }, true],
    ['till:1', { cart: '7', version: 5 }, false],
    ['till:1', { cart: '7' }, false],
    ['till:1', { shift: null }, false],
    ['sales', { version: 1 }, false],
  ])('%s %j is known: %s', (topic, payload, known) => {
    expect(isKnown(client, topic, payload)).toBe(known);
  });

  it('is not asked for again when its answer comes right behind the message', async () => {
    vi.useFakeTimers();
    const own = new QueryClient();
    own.setQueryData(tillKeys.cart('7'), { id: '7', version: 4 });
    const invalidate = vi.spyOn(own, 'invalidateQueries');
    const refresher = new Refresher(own);
    refresher.moved('cart:7', { version: 5 });
    await vi.advanceTimersByTimeAsync(50);
    own.setQueryData(tillKeys.cart('7'), { id: '7', version: 5 });
    await vi.advanceTimersByTimeAsync(1000);
    expect(invalidate).not.toHaveBeenCalled();
    refresher.moved('cart:7', { version: 6 });
    await vi.advanceTimersByTimeAsync(1000);
    expect(invalidate).toHaveBeenCalledOnce();
  });
});
