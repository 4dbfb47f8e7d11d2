/** What lies under the lock hears nothing and shows nothing. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser, line, openPage, receipt, say, scan, sum, type } from './browser.mjs';
import { ADMIN, hubFor, requestId } from './hub.mjs';
import { MILK } from './shop.mjs';

after(closeBrowser);

async function till(t, { deaf = false } = {}) {
  const hub = await hubFor(t);
  await hub.product('Сүт 3,2 % 1 л', 620, MILK);
  await hub.openShift();
  const page = await openPage(hub, {
    path: '/till',
    size: [1024, 768],
    mayRefuse: /^401 /,
  });
  if (deaf) {
    await page.routeWebSocket('**/api/live', () => undefined);
    await page.reload();
  }
  await page.getByRole('textbox', { name: say('till.search') }).waitFor();
  await scan(page, MILK);
  await line(page, 'Сүт').getByText(sum(620)).first().waitFor();
  return { hub, page };
}
const lock = (page) => page.getByRole('button', { name: say('frame.lock') }).click();
const cover = (page) => page.getByRole('dialog', { name: say('lock.title') });
const lockElsewhere = (hub, page) =>
  page.request.fetch(`${hub.base}/api/session/lock`, {
    method: 'POST',
    headers: { 'Idempotency-Key': requestId() },
  });
async function unlock(page) {
  await type(page, ADMIN.pin);
  await page.keyboard.press('Enter', { delay: 80 });
  await cover(page).waitFor({ state: 'detached' });
}

test('a PIN typed over a payment is no money, and Enter sells nothing', async (t) => {
  const { hub, page } = await till(t);
  await page.keyboard.press('F9');
  await page.getByText(say('payment.due')).waitFor();
  await lock(page);
  await cover(page).waitFor();
  await unlock(page);
  await page.getByText(say('payment.due')).waitFor();
  // What is tendered is still the sum itself: none of the digits came through.
  await page.getByRole('button', { name: new RegExp(say('payment.take', { sum: '620' })) }).waitFor();
  assert.deepEqual((await hub.call('GET', '/sales')).items, []);
  const { carts } = await hub.call('GET', '/till');
  const cart = await hub.call('GET', `/carts/${carts[0].id}`);
  assert.deepEqual(cart.payments, []);
});

test('keys and scans under the lock change nothing, and a scanner locks nobody out', async (t) => {
  const { hub, page } = await till(t);
  await lock(page);
  await cover(page).waitFor();
  for (const key of ['Delete', 'F6', 'F9', 'F8', 'F7', 'F10', 'Escape']) await page.keyboard.press(key);
  for (let times = 0; times < 7; times += 1) await scan(page, MILK);
  await cover(page)
    .getByRole('status', { name: say('lock.digits_many', { count: 0 }) })
    .waitFor();
  await unlock(page);
  await page.getByText(say('till.lost.locked', { codes: `${MILK} × 7` })).waitFor();
  await line(page, 'Сүт').getByText(sum(620)).first().waitFor();
  assert.equal(await page.getByRole('dialog').count(), 0);
  const { carts } = await hub.call('GET', '/till');
  assert.equal(carts.length, 1);
  assert.equal(carts[0].total.amount, '620.00');
});

test('an open dialog is neither seen nor reached under the lock, and is there again after it', async (t) => {
  const { hub, page } = await till(t);
  await page.keyboard.press('F4');
  const discount = page.getByRole('dialog', { name: say('till.receipt_discount') });
  await discount.getByRole('textbox').first().fill('10');
  // Locked from another page of the same device; this one hears of it when it next asks for something.
  await lockElsewhere(hub, page);
  const { carts } = await hub.call('GET', '/till');
  await hub.call('POST', `/carts/${carts[0].id}/scan`, { code: MILK });
  await cover(page).waitFor();
  await discount.waitFor({ state: 'hidden' });
  await page.keyboard.press('Enter');
  await unlock(page);
  await discount.waitFor();
  assert.equal(await discount.getByRole('textbox').first().inputValue(), '10');
});

test('a step that meets a lock is dropped and said, not done behind the next person', async (t) => {
  const { hub, page } = await till(t, { deaf: true });
  await page.keyboard.press('F9');
  await page.getByText(say('payment.due')).waitFor();
  // The page has not heard of the lock: the first to learn it is the payment.
  await lockElsewhere(hub, page);
  await page.keyboard.press('Enter');
  await cover(page).waitFor();
  await unlock(page);
  await page.getByText(say('till.dropped')).waitFor();
  assert.deepEqual((await hub.call('GET', '/sales')).items, []);
  assert.ok(await receipt(page).isVisible());
});
