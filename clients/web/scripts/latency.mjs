/**
 * P11: how long a cashier waits for a line to stand on the screen after a scan, on a machine four times slower than this
 * one. A real hub, a shop with goods, a scanner that types; the clock runs in the page from the last key of the code to
 * the frame that shows the new sum. Then the same in a receipt of hundreds of lines, and how long a letter typed into the
 * search waits for the screen.
 *
 *   npm run latency -- [--scans 100] [--goods 500] [--lines 500] [--slower 4] [--out FILE]
 *
 * Its figures go into the report of the benchmarks (target/bench/report.json), in place of those of an earlier run.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { closeBrowser, keysOf, openPage, say } from '../e2e/browser.mjs';
import { Hub } from '../e2e/hub.mjs';

const { values: options } = parseArgs({
  options: {
    scans: { type: 'string', default: '100' },
    slower: { type: 'string', default: '4' },
    goods: { type: 'string', default: '500' },
    lines: { type: 'string', default: '500' },
    out: {
      type: 'string',
      default: join(
        process.env.CARGO_TARGET_DIR ?? join(import.meta.dirname, '../../../target'),
        'bench/report.json',
      ),
    },
  },
});
const GOAL_MS = 100;
const GOAL_KIB = 250;
/** First scans load what the page shows for the first time; a till is measured as it is used all day. */
const WARM_UP = 10;
/** A sale of many lines is as heavy as a till gets; then the next one begins. */
const LINES_PER_SALE = 12;

function check(digits) {
  const sum = [...digits].reduce((all, digit, index) => all + Number(digit) * (index % 2 ? 3 : 1), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
const codes = Array.from({ length: Number(options.goods) }, (_, index) =>
  check(`48700001${String(index).padStart(4, '0')}`),
);

const hub = await new Hub().start();
await hub.setUp();
const goods = [];
for (const [index, code] of codes.entries())
  goods.push(await hub.product(`Тауар ${index + 1}, 0,5 кг`, 100 + index, code));
await hub.openShift();
const page = await openPage(hub, { path: '/till', size: [1024, 768] });
await page.getByRole('textbox', { name: say('till.search') }).waitFor();
const session = await page.context().newCDPSession(page);
await session.send('Emulation.setCPUThrottlingRate', { rate: Number(options.slower) });

/** A key goes out when its moment has come, never before: a scan that is sent ahead of its time would be measured so much shorter. */
const KEY_GAP_MS = 5;
async function scan(code) {
  const began = Date.now();
  const sent = [];
  for (const [index, key] of keysOf(code).entries()) {
    const due = began + index * KEY_GAP_MS;
    if (Date.now() < due) await setTimeout(due - Date.now());
    const timestamp = due / 1_000;
    sent.push(session.send('Input.dispatchKeyEvent', { type: 'keyDown', timestamp, ...key }));
    sent.push(session.send('Input.dispatchKeyEvent', { type: 'keyUp', timestamp, ...key, text: undefined }));
  }
  await Promise.all(sent);
}

/** The page itself notes when a key came, and which frame showed what it made. */
await page.evaluate(() => {
  window.measured = { key: 0, shown: 0 };
  // A frame is made after its callbacks; the next message is heard when it has been. The time is of the clock: a frame's
  // own is when it was meant to begin.
  const made = new MessageChannel();
  made.port1.onmessage = () => {
    window.measured.shown = performance.now();
  };
  const note = () => requestAnimationFrame(() => made.port2.postMessage(null));
  const pane = document.querySelector('aside');
  const sums = () => pane.querySelector('dl')?.textContent ?? '';
  window.addEventListener(
    'keydown',
    (event) => {
      // Of a scan its last key counts; of typing, each.
      if (event.key !== 'Enter' && !window.letters) return;
      window.measured = { key: event.timeStamp, shown: 0 };
      if (event.key !== 'Enter') return note();
      const before = sums();
      const watch = new MutationObserver(() => {
        if (sums() === before) return;
        watch.disconnect();
        note();
      });
      watch.observe(pane, { subtree: true, childList: true, characterData: true });
    },
    { capture: true },
  );
});
const shown = async (act) => {
  await page.evaluate(() => {
    window.measured = { key: 0, shown: 0 };
  });
  await act();
  await page.waitForFunction(() => window.measured.key > 0 && window.measured.shown > 0, null, {
    polling: 50,
  });
  return page.evaluate(() => window.measured.shown - window.measured.key);
};
const empty = async () => {
  const { carts } = await hub.call('GET', '/till');
  for (const cart of carts) await hub.call('DELETE', `/carts/${cart.id}`);
  await page.getByText(say('till.empty_title')).waitFor();
};

const times = [];
for (let index = 0; index < Number(options.scans) + WARM_UP; index += 1) {
  if (index > 0 && index % LINES_PER_SALE === 0) await empty();
  const ms = await shown(() => scan(codes[index % codes.length]));
  if (index >= WARM_UP) times.push(ms);
}

const typing = [];
await page.evaluate(() => {
  window.letters = true;
});
const words = 'tauar 12 kg tauar';
for (let index = 0; index < words.length * 3; index += 1) {
  if (index % words.length === 0) await page.getByRole('textbox', { name: say('till.search') }).fill('');
  typing.push(await shown(() => page.keyboard.press(words[index % words.length])));
}
await page.getByRole('textbox', { name: say('till.search') }).fill('');

await page.evaluate(() => {
  window.letters = false;
});

const long = [];
if (Number(options.lines) > 0) {
  await empty();
  const { id } = await hub.call('POST', '/carts', {});
  for (const { id: product_id } of goods.slice(0, Number(options.lines)))
    await hub.call('POST', `/carts/${id}/lines`, { product_id, quantity: '1' });
  await page.waitForFunction(
    (count) => document.querySelectorAll('[data-line]').length >= count,
    Math.min(Number(options.lines), goods.length),
    { timeout: 60_000 },
  );
  for (let index = 0; index < 40; index += 1) {
    const ms = await shown(() => scan(codes[(index * 7) % codes.length]));
    if (index >= WARM_UP) long.push(ms);
  }
}
await closeBrowser();
await hub.stop();

const share = (all, of) => {
  const sorted = [...all].sort((a, b) => a - b);
  return Math.round((sorted[Math.ceil(sorted.length * of) - 1] ?? 0) * 10) / 10;
};

const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const files = new Set();
const visit = (key) => {
  const chunk = manifest[key];
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const next of chunk.imports ?? []) visit(next);
};
for (const root of ['index.html', 'src/scenes/till/TillScene.tsx', 'src/i18n/ru/index.ts']) visit(root);
const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(new URL(file, dist))).length, 0);
const kib = Math.round((bytes / 1024) * 10) / 10;

const mode = process.env.DUKEN_BENCH_QUICK ? 'quick' : 'full';
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: import.meta.dirname })
  .toString()
  .trim();
const figure = (name, value, unit, goal) => ({
  id: 'P11',
  name,
  value,
  unit,
  floor: null,
  ratio: null,
  goal: `≤ ${goal}`,
  met: value <= goal,
  mode,
  at: `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
  commit,
});
const figures = [
  figure(
    `scan to line on screen, p95, CPU ${options.slower} times slower`,
    share(times, 0.95),
    'ms',
    GOAL_MS,
  ),
  figure(
    `letter typed to screen, p95, CPU ${options.slower} times slower`,
    share(typing, 0.95),
    'ms',
    GOAL_MS,
  ),
  figure(
    `scan to line in a receipt of ${options.lines} lines, p95, CPU ${options.slower} times slower`,
    share(long, 0.95),
    'ms',
    GOAL_MS,
  ),
  figure('JavaScript of the till on first load, gzip', kib, 'KiB', GOAL_KIB),
];
const known = existsSync(options.out) ? JSON.parse(readFileSync(options.out, 'utf8')) : [];
const others = known.filter(
  (old) => !figures.some(({ id, name }) => old.id === id && old.name === name && old.mode === mode),
);
mkdirSync(dirname(options.out), { recursive: true });
writeFileSync(options.out, `${JSON.stringify([...others, ...figures], null, 2)}\n`);
console.log(JSON.stringify(figures, null, 2));
for (const [name, all] of Object.entries({ scans: times, letters: typing, 'scans in a long receipt': long }))
  console.log(
    `${all.length} ${name}: p50 ${share(all, 0.5)} ms, p95 ${share(all, 0.95)} ms, longest ${share(all, 1)} ms`,
  );
