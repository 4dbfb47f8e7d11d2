/** Takes docs/till.png from a running demo (`./dev run`): the till in mid-sale, light, in Russian. */

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { closeBrowser, launch } from '../e2e/browser.mjs';
import { requestId } from '../e2e/hub.mjs';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '7070' },
    out: { type: 'string', default: fileURLToPath(new URL('../../../docs/till.png', import.meta.url)) },
  },
});
const base = `http://127.0.0.1:${options.port}`;
const CASHIER = { phone: '+7 701 100 00 05', password: 'duken-2026' };
const BASKET = [
  ['Молоко', '2'],
  ['Батон', '1'],
  ['Виноград', '0.850'],
  ['Сыр', '0.420'],
  ['Чай', '1'],
];

const context = await (await launch()).newContext({ viewport: { width: 1280, height: 800 }, locale: 'ru' });
const send = async (method, path, data) => {
  const answer = await context.request.fetch(`${base}/api${path}`, {
    method,
    headers: { 'Idempotency-Key': requestId(), 'Accept-Language': 'ru' },
    data,
  });
  if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
  const text = await answer.text();
  return text === '' ? null : JSON.parse(text);
};
await send('POST', '/session', CASHIER);
await send('PUT', '/session/language', { language: 'ru' });
const [till] = await send('GET', '/tills');
await send('PUT', '/session/till', { till_id: till.id });
for (const cart of (await send('GET', '/till')).carts) await send('DELETE', `/carts/${cart.id}`);
const fill = async (goods) => {
  const cart = await send('POST', '/carts', {});
  for (const [name, quantity] of goods) {
    const { items } = await send('GET', `/products/search?q=${encodeURIComponent(name)}&limit=1`);
    if (items[0]) await send('POST', `/carts/${cart.id}/lines`, { product_id: items[0].id, quantity });
  }
  return cart;
};
const waiting = await fill([['Кофе', '1']]);
await send('POST', `/carts/${waiting.id}/hold`, {});
await fill(BASKET);
const page = await context.newPage();
await page.goto(`${base}/till`);
await page
  .locator('[data-line]')
  .nth(BASKET.length - 1)
  .waitFor();
await page.waitForFunction(() =>
  [...document.images]
    .filter((image) => image.getBoundingClientRect().top < window.innerHeight)
    .every((image) => image.complete && image.naturalWidth > 0),
);
await page.screenshot({ path: options.out });
for (const cart of (await send('GET', '/till')).carts) await send('DELETE', `/carts/${cart.id}`);
await closeBrowser();
console.log(options.out);
