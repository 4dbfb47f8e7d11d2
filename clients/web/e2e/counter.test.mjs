/** The counter as it is worked: by finger, by keys, by scanner; quantities, waiting carts, the last receipt, figures. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser, line, openPage, receipt, say, scan, sum, type } from './browser.mjs';
import { BREAD, counter, MILK, milkWaits, payButton, sold } from './shop.mjs';

after(closeBrowser);

const sums = async (hub) => (await hub.call('GET', '/sales')).items.map((sale) => sale.total.amount);

/** Counts what a person does. */
function hands() {
  let count = 0;
  return {
    act: (promise) => {
      count += 1;
      return promise;
    },
    count: () => count,
  };
}

test('five actions by scanner and finger: scan, scan, pay, note, next', async (t) => {
  const { hub, page } = await counter(t);
  const { act, count } = hands();
  await act(scan(page, MILK));
  await act(scan(page, BREAD));
  await payButton(page).getByText(sum(880)).waitFor();
  await act(payButton(page).click());
  await act(page.getByRole('button', { name: sum(1000) }).click());
  await sold(page).waitFor();
  await act(page.getByRole('button', { name: new RegExp(say('after.new_sale')) }).click());
  await page.getByText(say('till.empty_title')).waitFor();
  assert.equal(count(), 5);
  assert.deepEqual(await sums(hub), ['880.00']);
});

test('five actions by finger alone: tile, tile, pay, note, next', async (t) => {
  const { hub, page } = await counter(t, { touch: true });
  const { act, count } = hands();
  await act(page.getByRole('button', { name: /Сүт/ }).first().tap());
  await act(page.getByRole('button', { name: /Батон/ }).first().tap());
  await payButton(page).getByText(sum(880)).waitFor();
  await act(payButton(page).tap());
  await act(page.getByRole('button', { name: sum(1000) }).tap());
  await sold(page).waitFor();
  await act(page.getByRole('button', { name: new RegExp(say('after.new_sale')) }).tap());
  await page.getByText(say('till.empty_title')).waitFor();
  assert.equal(count(), 5);
  assert.deepEqual(await sums(hub), ['880.00']);
});

test('five actions by scanner and keys: scan, scan, F9, Enter, Enter', async (t) => {
  const { hub, page } = await counter(t);
  const { act, count } = hands();
  await act(scan(page, MILK));
  await act(scan(page, MILK));
  await payButton(page).getByText(sum(1240)).waitFor();
  await act(page.keyboard.press('F9'));
  await page.getByText(say('payment.due')).waitFor();
  await act(page.keyboard.press('Enter', { delay: 80 }));
  await sold(page).waitFor();
  await act(page.keyboard.press('Enter', { delay: 80 }));
  await page.getByText(say('till.empty_title')).waitFor();
  assert.equal(count(), 5);
  assert.deepEqual(await sums(hub), ['1240.00']);
});

test('a number and a star before a scan mean so many of it, also of what a scale weighed', async (t) => {
  const { hub, page } = await counter(t, { mayRefuse: /^409 POST \/api\/carts\/\d+\/scan/ });
  await hub.product('Сыр российский', 4000, '12', { unit: 'kg' });
  const search = page.getByRole('textbox', { name: say('till.search') });
  await search.focus();
  await type(page, '3*');
  await scan(page, MILK);
  await line(page, 'Сүт').getByText(sum(1860)).waitFor();
  assert.equal(await search.inputValue(), '');
  await scan(page, MILK);
  await line(page, 'Сүт').getByText(sum(2480)).waitFor();
  await type(page, '2*');
  // 25, goods 00012, 0,250 kg.
  await scan(page, '2500012002507');
  await line(page, 'Сыр').getByText(sum(2000)).waitFor();
  // A code of two goods: so many of the one that is chosen.
  await hub.product('Батон второй', 300, BREAD);
  await type(page, '4*');
  await scan(page, BREAD);
  await page
    .getByRole('alert')
    .getByRole('button', { name: /Батон второй/ })
    .click();
  await line(page, 'Батон второй').getByText(sum(1200)).waitFor();
});

test('carts wait as chips with their sums, and come back by F6 or their own key', async (t) => {
  const { page } = await counter(t);
  await milkWaits(page);
  await page.keyboard.press('F6');
  await page.getByText(say('till.empty_title')).waitFor();
  const chips = page.getByRole('button', { name: new RegExp(say('till.held_lines_one', { count: 1 })) });
  await chips.nth(1).waitFor();
  assert.equal(await chips.count(), 2);
  await page.keyboard.press('Alt+1');
  await line(page, 'Сүт').waitFor();
  await page.keyboard.press('F6');
  await page.getByText(say('till.empty_title')).waitFor();
  await page.keyboard.press('F6');
  await receipt(page).locator('[data-line]').first().waitFor();
});

test('the last receipt is at hand: its lines, a copy, and the way back', async (t) => {
  const { hub, page } = await counter(t);
  const sale = await hub.sell([
    [hub.milk, 2],
    [hub.bread, 1],
  ]);
  await page.keyboard.press('F12');
  const dialog = page.getByRole('dialog', { name: say('till.last_receipt') });
  await dialog.getByText(sale.number).waitFor();
  await dialog.getByText(sum(1500)).first().waitFor();
  await page.keyboard.press('F7');
  const flow = page.getByRole('dialog', { name: say('return.title') });
  await flow.getByRole('button', { name: say('return.whole') }).waitFor();
  assert.equal(await flow.getByLabel(say('return.number')).inputValue(), sale.number);
});

test('figures stand on the screen for a finger, and go when somebody types', async (t) => {
  const { page } = await counter(t, { touch: true });
  await page.getByRole('button', { name: /Сүт/ }).first().tap();
  await line(page, 'Сүт').waitFor();
  await line(page, 'Сүт').getByRole('button', { name: /^1$/ }).tap();
  const editor = page.getByRole('dialog');
  const pad = page.getByRole('toolbar', { name: say('till.pad') });
  await editor.getByLabel(say('till.quantity')).tap();
  await pad.getByRole('button', { name: 'C' }).tap();
  await pad.getByRole('button', { name: '1', exact: true }).tap();
  await pad.getByRole('button', { name: '2', exact: true }).tap();
  await pad.getByRole('button', { name: say('till.pad_enter') }).tap();
  await line(page, 'Сүт').getByText(sum(7440)).waitFor();

  await line(page, 'Сүт').getByRole('button', { name: /^12$/ }).tap();
  await editor.getByLabel(say('till.quantity')).tap();
  await pad.waitFor();
  await type(page, '3');
  await pad.waitFor({ state: 'detached' });
});

test('a price that is asked for shows the goods, their stock and what they cost before', async (t) => {
  const { hub, page } = await counter(t);
  await hub.call('PUT', `/products/${hub.milk.id}`, {
    ...hub.milk,
    price: { amount: '650.00', currency: 'KZT' },
  });
  await page.keyboard.press('F10');
  const check = page.getByRole('dialog');
  await check.waitFor();
  await scan(page, MILK);
  await check.getByRole('status').getByText(sum(650)).waitFor();
  await check.getByText(/50/).first().waitFor();
  await check.getByText(say('product.price_history')).waitFor();
  await check.getByText(sum(620)).first().waitFor();
});

test('from an address opened directly, back leads to the list above', async (t) => {
  const { hub } = await counter(t);
  const page = await openPage(hub, { path: `/products/${hub.milk.id}` });
  await page.getByRole('button', { name: say('common.back') }).click();
  await page.waitForURL(`${hub.base}/products`);
});

test('a scan does something where nobody asked for one: home, sales, the command bar', async (t) => {
  const { hub } = await counter(t);
  const sale = await hub.sell([[hub.milk, 1]]);
  const page = await openPage(hub, { path: '/' });
  await page.getByRole('heading', { level: 1 }).waitFor();
  await scan(page, BREAD);
  await page.waitForURL(new RegExp(`/products/${hub.bread.id}$`));
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: say('palette.open') }).waitFor();
  await scan(page, sale.number);
  await page.waitForURL(new RegExp(`/sales/${sale.id}$`));
  await page.goto(`${hub.base}/customers`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await scan(page, '4870000000036');
  await page.getByText(say('scan.unknown', { code: '4870000000036' })).waitFor();
});
