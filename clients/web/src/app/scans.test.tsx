// @vitest-environment happy-dom
import { act, cleanup, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { stage } from '@/testing/stage';
import { interruption } from './interruption';
import { deliver, useScans } from './scans';

const hub = vi.hoisted(() => new Set<(code: string, till: string | undefined) => void>());
vi.mock('@/live/socket', () => ({
  listenToScans: (listener: (code: string) => void) => {
    hub.add(listener);
    return () => hub.delete(listener);
  },
}));
const fromHub = (code: string) => {
  for (const listener of hub) listener(code, undefined);
};

beforeEach(() => interruption.set(null));
afterEach(cleanup);

function Over({ hear }: { hear: (code: string) => void }) {
  useScans(hear, true, 'over');
  return null;
}
function Scene({ hear }: { hear: (code: string) => void }) {
  useScans(hear);
  return null;
}
function Frame({ hear }: { hear: (code: string) => void }) {
  useScans(hear, true, 'base');
  return null;
}

it('what lies over a screen hears a scan, also when the screen comes after it', async () => {
  const heard = { over: vi.fn(), scene: vi.fn(), frame: vi.fn() };
  let show: (what: { scene?: boolean; over?: boolean; frame?: boolean }) => void = () => undefined;
  function All() {
    const [now, set] = useState<{ scene?: boolean; over?: boolean; frame?: boolean }>({ over: true });
    show = set;
    return (
      <>
        <h1>Screen</h1>
        {now.over && <Over hear={heard.over} />}
        {now.scene && <Scene hear={heard.scene} />}
        {now.frame && <Frame hear={heard.frame} />}
      </>
    );
  }
  await stage(<All />);
  await screen.findByText('Screen');
  act(() => show({ over: true, scene: true, frame: true }));
  deliver('1');
  act(() => show({ scene: true, frame: true }));
  deliver('2');
  act(() => show({ frame: true }));
  deliver('3');
  expect([heard.over, heard.scene, heard.frame].map((one) => one.mock.calls.map(([code]) => code))).toEqual([
    ['1'],
    ['2'],
    ['3'],
  ]);
});

it('on a covered page the till alone hears scans, of its own scanner and of the hub', async () => {
  const heard = { till: vi.fn(), dialog: vi.fn() };
  function Till() {
    useScans(heard.till, true, 'till');
    return <h1>Till</h1>;
  }
  await stage(
    <>
      <Scene hear={heard.dialog} />
      <Till />
    </>,
  );
  await screen.findByText('Till');
  deliver('1');
  fromHub('2');
  act(() => interruption.set('expired'));
  deliver('3');
  fromHub('4');
  const codes = (one: typeof heard.till) => one.mock.calls.map(([code]) => code);
  expect([codes(heard.dialog), codes(heard.till)]).toEqual([
    ['1', '2'],
    ['3', '4'],
  ]);
});
