// @vitest-environment happy-dom
import { act, cleanup, renderHook } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { createStore } from '@/lib/store';
import type { TillCart } from './useCart';
import { useOnceAnswered } from './useOnceAnswered';

afterEach(cleanup);

function entry(pending: number) {
  const till = { pending: createStore(pending) } as unknown as TillCart;
  const { result, unmount } = renderHook(() => useOnceAnswered(till));
  const answer = () => act(() => till.pending.set(0));
  return { press: (pay: () => Promise<void>) => act(() => result.current.begin(pay)), answer, unmount };
}

it('pays at once, and once, however often it is pressed', async () => {
  const { press } = entry(0);
  let answered = () => undefined as unknown;
  const pay = vi.fn(
    () =>
      new Promise<void>((resolve) => {
        answered = () => resolve();
      }),
  );
  press(pay);
  press(pay);
  expect(pay).toHaveBeenCalledTimes(1);
  await act(async () => void answered());
  press(pay);
  expect(pay).toHaveBeenCalledTimes(2);
});

it('waits for what was asked before, and pays once', () => {
  const { press, answer } = entry(1);
  const pay = vi.fn(() => new Promise<void>(() => undefined));
  press(pay);
  press(pay);
  expect(pay).not.toHaveBeenCalled();
  answer();
  expect(pay).toHaveBeenCalledTimes(1);
});

it('takes nothing when the answer put another entry in its place', () => {
  const { press, answer, unmount } = entry(1);
  const pay = vi.fn(async () => undefined);
  press(pay);
  unmount();
  answer();
  expect(pay).not.toHaveBeenCalled();
});
