/** Away from the desk: a phone in one hand, its camera as a scanner, a hub that is out of reach for a while. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { closeBrowser, launch, openPage, say } from './browser.mjs';
import { hubFor, requestId } from './hub.mjs';
import { MILK } from './shop.mjs';

const folder = mkdtempSync(join(tmpdir(), 'duken-camera-'));
after(async () => {
  await closeBrowser();
  rmSync(folder, { recursive: true, force: true });
});

const LEFT = [
  '0001101',
  '0011001',
  '0010011',
  '0111101',
  '0100011',
  '0110001',
  '0101111',
  '0111011',
  '0110111',
  '0001011',
];
const PARITY = [
  'LLLLLL',
  'LLGLGG',
  'LLGGLG',
  'LLGGGL',
  'LGLLGG',
  'LGGLLG',
  'LGGGLL',
  'LGLGLG',
  'LGLGGL',
  'LGGLGL',
];
const flip = (bits) => bits.replace(/./g, (bit) => (bit === '1' ? '0' : '1'));
const mirrored = (bits) => [...bits].reverse().join('');

/** The bars of an EAN-13. */
function bars(code) {
  const parity = PARITY[code[0]];
  const left = [...code.slice(1, 7)].map((digit, index) =>
    parity[index] === 'L' ? LEFT[digit] : mirrored(flip(LEFT[digit])),
  );
  const right = [...code.slice(7)].map((digit) => flip(LEFT[digit]));
  return `101${left.join('')}01010${right.join('')}101`;
}

/** A film of one picture: a label before a camera. */
function film(code) {
  const [width, height, module] = [640, 480, 4];
  const pattern = bars(code);
  const from = Math.round((width - pattern.length * module) / 2);
  const row = Buffer.alloc(width, 235);
  for (let index = 0; index < pattern.length; index += 1)
    if (pattern[index] === '1') row.fill(16, from + index * module, from + (index + 1) * module);
  const blank = Buffer.alloc(width, 235);
  const rows = Array.from({ length: height }, (_, y) => (y > 120 && y < 360 ? row : blank));
  const colour = Buffer.alloc((width * height) / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), ...rows, colour]);
  const path = join(folder, `${code}.y4m`);
  writeFileSync(
    path,
    Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420mpeg2\n`), frame, frame]),
  );
  return path;
}

test('the camera reads a label and the product opens; sections lie under the thumb', async (t) => {
  const hub = await hubFor(t);
  const milk = await hub.product('Сүт 3,2 % 1 л', 620, MILK);
  await launch([
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${film(MILK)}`,
  ]);
  const page = await openPage(hub, { path: '/', size: [360, 760] });
  const nav = page.getByRole('navigation', { name: say('frame.menu') });
  await nav.getByRole('link', { name: say('menu.goods_short') }).click();
  await page.waitForURL(/\/products/);
  await page
    .getByRole('button', { name: say('scan.camera') })
    .first()
    .click();
  await page.waitForURL(new RegExp(`/products(/${milk.id}|\\?q=%22?${MILK})`));
  await nav.getByRole('link', { name: say('menu.home') }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page
    .getByRole('button', { name: say('scan.camera') })
    .first()
    .click();
  await page.waitForURL(new RegExp(`/products/${milk.id}$`));
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= 360, `scrolls sideways: ${width}`);
});

test('without its hub the page starts, shows what was known, greyed and dated; what is typed goes out once', async (t) => {
  const hub = await hubFor(t);
  const milk = await hub.product('Сүт 3,2 % 1 л', 620, MILK);
  const page = await openPage(hub, { path: '/stock', size: [360, 760], mayLoseHub: true, shell: true });
  await page.getByText('Сүт 3,2 % 1 л').first().waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  // The shell is kept with a page that it has seen opened.
  await page.reload();
  await page.getByText('Сүт 3,2 % 1 л').first().waitFor();
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await page.waitForFunction(
    () =>
      new Promise((resolve) => {
        const asked = indexedDB.open('duken');
        asked.onsuccess = () => {
          const got = asked.result.transaction('shelf').objectStore('shelf').get('last-known');
          got.onsuccess = () => resolve(Boolean(got.result));
          got.onerror = () => resolve(false);
        };
        asked.onerror = () => resolve(false);
      }),
  );
  await hub.kill();
  await page.reload();
  await page.getByText('Сүт 3,2 % 1 л').first().waitFor();
  await page.locator('main[data-stale]').waitFor();
  await page
    .getByText(/\d\d\.\d\d\.\d{4} \d\d:\d\d/)
    .first()
    .waitFor();

  // Written down while the hub is away, and the page is closed over it.
  await page.evaluate(
    ([id, key]) =>
      localStorage.setItem(
        'duken.unanswered',
        JSON.stringify([
          {
            key,
            method: 'POST',
            address: '/api/stock/adjustments',
            body: { product_id: id, kind: 'found', quantity: '7', reason: 'пересчёт' },
            savedAtMs: Date.now(),
          },
        ]),
      ),
    [milk.id, requestId()],
  );
  await hub.start();
  await page.reload();
  await page.getByText(say('link.sent')).waitFor();
  await page.reload();
  await page.getByText('57').first().waitFor();
  const stock = await hub.call('GET', `/products/${milk.id}/stock`);
  assert.equal(stock.quantity, '57');
  assert.equal(await page.locator('main[data-stale]').count(), 0);
});
