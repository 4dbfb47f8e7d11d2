// @vitest-environment happy-dom
import { act, cleanup, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { stage } from '@/testing/stage';
import { listenToWedge, useScans } from './scans';

let stop: () => void = () => undefined;
let nowMs = 0;
beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  stop = listenToWedge();
});
afterEach(() => {
  stop();
  cleanup();
  vi.useRealTimers();
});

function Scene({ hear }: { hear: (code: string, held: string) => void }) {
  const [text, setText] = useState('3*');
  useScans((code) => hear(code, document.querySelector('input')?.value ?? ''));
  return <input aria-label="search" value={text} onChange={(event) => setText(event.currentTarget.value)} />;
}

/** A text comes into the field that has the focus. */
function put(text: string) {
  const field = document.activeElement as HTMLInputElement;
  if (field.value === undefined) return;
  field.dispatchEvent(new InputEvent('beforeinput', { data: text, bubbles: true }));
  field.setRangeText(text, field.value.length, field.value.length, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Presses a key as a browser does: what is not prevented is typed into the field that has the focus. */
function press(key: string, gapMs: number, repeat = false): boolean {
  nowMs += gapMs;
  const code = /\d/.test(key) ? `Digit${key}` : key.length === 1 ? `Key${key.toUpperCase()}` : key;
  const event = new KeyboardEvent('keydown', { key, code, repeat, bubbles: true, cancelable: true });
  Object.defineProperty(event, 'timeStamp', { value: nowMs });
  const target = document.activeElement ?? document.body;
  act(() => {
    target.dispatchEvent(event);
    if (!event.defaultPrevented && key.length === 1) put(key);
  });
  return event.defaultPrevented;
}

async function scene() {
  const hear = vi.fn();
  await stage(<Scene hear={hear} />);
  const field = (await screen.findByLabelText('search')) as HTMLInputElement;
  field.focus();
  nowMs += 1_000;
  return { hear, field };
}

it('keeps the keys of a scanner back, and hands the code over with the field as it was', async () => {
  const { hear, field } = await scene();
  expect([...'487000'].map((key) => press(key, 5))).toEqual([false, true, true, true, true, true]);
  expect(field.value).toBe('3*');
  expect(press('Enter', 5)).toBe(true);
  expect(hear.mock.calls).toEqual([['487000', '3*']]);
  expect(field.value).toBe('3*');
});

it('types what was no scan after all: when the keys stop, when a person goes on, at an Enter', async () => {
  const { hear, field } = await scene();
  press('a', 10);
  press('b', 10);
  expect(field.value).toBe('3*a');
  press('c', 10);
  expect(field.value).toBe('3*');
  act(() => vi.advanceTimersByTime(60));
  expect(field.value).toBe('3*abc');

  for (const key of ['d', 'e']) press(key, 200);
  expect(press('f', 10)).toBe(true);
  press('g', 200);
  expect(field.value).toBe('3*abcdefg');

  press('1', 200);
  press('2', 5);
  expect(press('Enter', 5)).toBe(false);
  expect(field.value).toBe('3*abcdefg12');
  expect(hear).not.toHaveBeenCalled();
});

it('keeps the order of keys and of what comes by another way', async () => {
  const { field } = await scene();
  press('a', 5);
  press('b', 5);
  act(() => put('ы'));
  expect(press('c', 5)).toBe(false);
  expect(field.value).toBe('3*abыc');

  press('7', 200);
  press('8', 5);
  act(() => {
    field.dispatchEvent(
      new KeyboardEvent('keydown', { key: 's', code: 'KeyS', ctrlKey: true, bubbles: true }),
    );
  });
  expect(field.value).toBe('3*abыc78');
});

it('keeps nothing back of a key that is held down', async () => {
  const { field } = await scene();
  press('0', 200);
  for (let times = 0; times < 5; times += 1) expect(press('0', 15, true)).toBe(false);
  expect(field.value).toBe('3*000000');
});

it('lets a person type as he does', async () => {
  const { field } = await scene();
  for (const key of 'fast1') expect(press(key, 30)).toBe(false);
  expect(field.value).toBe('3*fast1');
});

it('takes the first key out of the field that it brought the focus to', async () => {
  const { hear, field } = await scene();
  field.blur();
  const bring = () => field.focus();
  window.addEventListener('keydown', bring, { capture: true, once: true });
  for (const key of '4870') press(key, 5);
  press('Enter', 5);
  expect(hear.mock.calls.map(([code]) => code)).toEqual(['4870']);
  expect(field.value).toBe('3*');
});

it('keeps nothing back from what is no field', async () => {
  const { hear, field } = await scene();
  field.blur();
  expect([...'4870'].map((key) => press(key, 5))).toEqual([false, false, false, false]);
  press('Enter', 5);
  expect(hear.mock.calls.map(([code]) => code)).toEqual(['4870']);
});
