/**
 * P11: how long a cashier waits for a line to stand on the screen after a scan, on a machine four times slower than this
 * one. A real hub, a shop with goods, a scanner that types; the clock runs in the page from the last key of the code to
 * the frame that shows the new sum.
 *
 *   npm run latency -- [--scans 100] [--slower 4] [--out FILE]
 *
 * Its figures go into the report of the benchmarks (target/bench/report.json), in place of those of an earlier run.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { closeBrowser, openPage, say, scan } from '../e2e/browser.mjs';
import { Hub } from '../e2e/hub.mjs';

const { values: options } = parseArgs({
  options: {
    scans: { type: 'string', default: '100' },
    slower: { type: 'string', default: '4' },
    goods: { type: 'string', default: '24' },
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
for (const [index, code] of codes.entries())
  await hub.product(`Тауар ${index + 1}, 0,5 кг`, 100 + index, code);
await hub.openShift();
const page = await openPage(hub, { path: '/till', size: [1024, 768] });
await page.getByRole('textbox', { name: say('till.search') }).waitFor();
const session = await page.context().newCDPSession(page);
await session.send('Emulation.setCPUThrottlingRate', { rate: Number(options.slower) });

/** The page itself notes when the last key of a code came, and which frame showed another receipt. */
await page.evaluate(() => {
  window.measured = { key: 0, shown: 0 };
  const pane = document.querySelector('aside');
  window.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Enter') return;
      window.measured = { key: event.timeStamp, shown: 0 };
      const before = pane.textContent;
      const watch = new MutationObserver(() => {
        if (pane.textContent === before) return;
        watch.disconnect();
        // Two frames: the first paints what has changed.
        requestAnimationFrame(() =>
          requestAnimationFrame((at) => {
            window.measured.shown = at;
          }),
        );
      });
      watch.observe(pane, { subtree: true, childList: true, characterData: true });
    },
    { capture: true },
  );
});

const times = [];
const count = Number(options.scans) + WARM_UP;
for (let index = 0; index < count; index += 1) {
  if (index > 0 && index % LINES_PER_SALE === 0) {
    const { carts } = await hub.call('GET', '/till');
    for (const cart of carts) await hub.call('DELETE', `/carts/${cart.id}`);
    await page.getByText(say('till.empty_title')).waitFor();
  }
  await page.evaluate(() => {
    window.measured = { key: 0, shown: 0 };
  });
  await scan(page, codes[index % codes.length]);
  await page.waitForFunction(() => window.measured.shown > 0, null, { polling: 50 });
  const ms = await page.evaluate(() => window.measured.shown - window.measured.key);
  if (index >= WARM_UP) times.push(ms);
}
await closeBrowser();
await hub.stop();

times.sort((a, b) => a - b);
const share = (of) => Math.round((times[Math.ceil(times.length * of) - 1] ?? 0) * 10) / 10;

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

const figure = (name, value, unit, goal) => ({
  id: 'P11',
  name,
  value,
  unit,
  floor: null,
  ratio: null,
  goal: `≤ ${goal}`,
  met: value <= goal,
});
const figures = [
  figure(`scan to line on screen, p95, CPU ${options.slower} times slower`, share(0.95), 'ms', GOAL_MS),
  figure('JavaScript of the till on first load, gzip', kib, 'KiB', GOAL_KIB),
];
const known = existsSync(options.out) ? JSON.parse(readFileSync(options.out, 'utf8')) : [];
const others = known.filter((old) => !figures.some(({ id, name }) => old.id === id && old.name === name));
mkdirSync(dirname(options.out), { recursive: true });
writeFileSync(options.out, `${JSON.stringify([...others, ...figures], null, 2)}\n`);
console.log(JSON.stringify(figures, null, 2));
console.log(`${times.length} scans: p50 ${share(0.5)} ms, p95 ${share(0.95)} ms, longest ${share(1)} ms`);
