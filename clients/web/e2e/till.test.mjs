import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser, line, openPage, say, scan, sum, type } from './browser.mjs';
import { CASHIER, hubFor } from './hub.mjs';
import { BREAD, counter, MILK, milkWaits, payButton, sold } from './shop.mjs';

after(closeBrowser);

const UNKNOWN = '4870000000036';
const STRANGE = '4870000000043';

test('a sale by scanner and keyboard alone', async (t) => {
  const { hub, page } = await counter(t);
  await scan(page, MILK);
  await line(page, 'Сүт').getByText(sum(620)).first().waitFor();
  await scan(page, MILK);
  await scan(page, BREAD);
  await payButton(page).getByText(sum(1500)).waitFor();
  assert.equal(await page.getByRole('textbox', { name: say('till.search') }).inputValue(), '');

  await page.keyboard.press('F9');
  await page.getByText(say('payment.due')).waitFor();
  await type(page, '2000');
  await page.keyboard.press('Enter', { delay: 80 });
  await sold(page).waitFor();
  await page.getByText(sum(500)).first().waitFor();
  await page.keyboard.press('Enter');
  await page.getByText(say('till.empty_title')).waitFor();

  const { items } = await hub.call('GET', '/sales');
  assert.equal(items.length, 1);
  assert.equal(items[0].total.amount, '1500.00');
  const sale = await hub.call('GET', `/sales/${items[0].id}`);
  assert.deepEqual(
    sale.lines.map((one) => [one.name, one.quantity]),
    [
      ['Сүт 3,2 % 1 л', '2'],
      ['Батон нарезной', '1'],
    ],
  );
  assert.equal(sale.payments[0].change.amount, '500.00');
});

test('search by name, in the wrong layout too, adds with Enter', async (t) => {
  const { page } = await counter(t);
  await type(page, ',fnjy');
  await page.getByRole('button', { name: /Батон/ }).first().waitFor();
  await page.keyboard.press('Enter');
  await line(page, 'Батон').waitFor();
  await type(page, '3*сут');
  await page.locator('[data-chosen]').filter({ hasText: 'Сүт' }).waitFor();
  await page.keyboard.press('Enter');
  await line(page, 'Сүт').getByText(sum(1860)).waitFor();
});

test('an unknown code offers to create the good, a code of two goods asks which', async (t) => {
  const { hub, page } = await counter(t, { mayRefuse: /^(404|409) POST \/api\/carts\/\d+\/scan/ });
  await scan(page, UNKNOWN);
  await page.getByText(say('till.unknown_code', { code: UNKNOWN })).waitFor();
  await page.getByRole('button', { name: say('till.create_product') }).click();
  await page.getByLabel(say('product.name')).fill('Жаңа тауар');
  await page.getByLabel(say('product.price')).fill('150');
  await page.getByRole('button', { name: say('till.create_and_add') }).click();
  await line(page, 'Жаңа тауар').getByText(sum(150)).first().waitFor();

  await hub.product('Батон второй', 300, BREAD);
  await scan(page, BREAD);
  const asks = page.getByRole('alert');
  await asks.getByText(say('till.which_product')).waitFor();
  // What is scanned meanwhile goes on; each question waits for its own answer.
  await scan(page, MILK);
  await line(page, 'Сүт').waitFor();
  await scan(page, BREAD);
  await scan(page, STRANGE);
  await scan(page, MILK);
  await line(page, 'Сүт').getByText(sum(1240)).waitFor();
  // A double tap answers one of them.
  await asks.getByRole('button', { name: /Батон второй/ }).dblclick();
  await line(page, 'Батон второй').waitFor();
  await asks.getByRole('button', { name: /Батон нарезной/ }).click();
  await line(page, 'Батон нарезной').waitFor();
  await asks.getByText(say('till.unknown_code', { code: STRANGE })).waitFor();
  await asks.getByRole('button', { name: say('common.close') }).click();
  await asks.waitFor({ state: 'detached' });
});

test('what is scanned while a dialog stands open goes into the receipt after it, and into no field', async (t) => {
  const { page } = await counter(t);
  await scan(page, MILK);
  await line(page, 'Сүт').waitFor();
  const dialog = page.getByRole('dialog');
  for (const [key, name] of [
    ['F3', 'till.customer_find'],
    ['F4', 'till.discount'],
  ]) {
    await page.keyboard.press(key);
    const field = dialog.getByLabel(say(name));
    await field.and(page.locator(':focus')).waitFor();
    await scan(page, BREAD);
    await page
      .getByText(say('scan.waits', { code: BREAD }))
      .last()
      .waitFor();
    assert.equal(await field.inputValue(), '');
    assert.equal(await line(page, 'Батон').count(), key === 'F3' ? 0 : 1);
    await page.keyboard.press('Escape');
    await line(page, 'Батон')
      .getByText(sum(key === 'F3' ? 260 : 520))
      .first()
      .waitFor();
  }
  // The piece scanned while the line is edited comes on top of what was typed.
  await line(page, 'Сүт').getByRole('button', { name: /^1$/ }).click();
  await dialog.getByLabel(say('till.quantity')).fill('2');
  await scan(page, MILK);
  await page.reload();
  await line(page, 'Сүт').getByText(sum(1240)).waitFor();
  await line(page, 'Сүт').getByRole('button', { name: /^2$/ }).click();
  await dialog.getByLabel(say('till.quantity')).fill('4');
  await scan(page, MILK);
  await page.keyboard.press('Enter', { delay: 80 });
  await line(page, 'Сүт').getByText(sum(3100)).waitFor();
});

test('what waited for a dialog goes into no other receipt than the one that lay there', async (t) => {
  const { hub, page } = await counter(t);
  await scan(page, MILK);
  await line(page, 'Сүт').waitFor();
  await page.keyboard.press('F8');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await scan(page, BREAD);
  await page.getByText(say('scan.waits', { code: BREAD })).waitFor();
  // Another screen of this till puts the receipt aside.
  const { active_cart_id: cart } = await hub.call('GET', '/till');
  await hub.call('POST', `/carts/${cart}/hold`, {});
  await line(page, 'Сүт').waitFor({ state: 'detached' });
  await dialog.getByRole('button', { name: say('common.close'), exact: true }).click();
  await page.getByText(say('till.lost.receipt', { codes: BREAD })).waitFor();
  const { carts } = await hub.call('GET', '/till');
  assert.deepEqual(
    carts.map((one) => one.total.amount),
    ['620.00'],
  );
});

test('what was just sold does not stand among what waits, however late the till is asked again', async (t) => {
  const { page } = await counter(t);
  const waiting = page.getByRole('button', { name: new RegExp(say('till.held_lines_one', { count: 1 })) });
  await milkWaits(page);
  await page.reload();
  await line(page, 'Батон').waitFor();
  await waiting.waitFor();
  let answer;
  const late = new Promise((resolve) => {
    answer = resolve;
  });
  await page.route('**/api/till', (route) => late.then(() => route.continue()));
  await page.keyboard.press('F9');
  await page.getByRole('button', { name: new RegExp(say('payment.exact')) }).click();
  await sold(page).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText(say('till.empty_title')).waitFor();
  assert.equal(await waiting.count(), 1);
  answer();
  await waiting.click();
  await line(page, 'Сүт').waitFor();
});

test('a cart is held, another sold, the first brought back; a discount is given', async (t) => {
  const { hub, page } = await counter(t);
  await milkWaits(page);
  await page.keyboard.press('F9');
  await page.getByRole('button', { name: new RegExp(say('payment.exact')) }).click();
  await sold(page).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: new RegExp(say('till.held_lines_one', { count: 1 })) }).click();
  await line(page, 'Сүт').waitFor();

  await page.keyboard.press('F4');
  const asks = page.getByRole('dialog', { name: say('till.receipt_discount') });
  await asks.getByRole('textbox').first().fill('10');
  await page.keyboard.press('Enter');
  await payButton(page).getByText(sum(558)).waitFor();
  await page.keyboard.press('F9');
  await page.getByText(say('payment.due')).waitFor();
  await page.keyboard.press('Enter');
  await sold(page).waitFor();
  const { totals } = await hub.call('GET', '/sales');
  assert.equal(totals.sales.amount, '818.00');
});

test('a mixed payment: a part in cash, the rest by card', async (t) => {
  const { hub, page } = await counter(t);
  await scan(page, MILK);
  await line(page, 'Сүт').waitFor();
  await page.keyboard.press('F9');
  await page.getByText(say('payment.due')).waitFor();
  await type(page, '200');
  await page.keyboard.press('Enter');
  await page.getByText(say('payment.rest')).first().waitFor();
  await page.keyboard.press('F3');
  await page.getByText(say('payment.about.card')).waitFor();
  await page.getByRole('button', { name: /420/ }).click();
  await sold(page).waitFor();
  const { items } = await hub.call('GET', '/sales');
  const sale = await hub.call('GET', `/sales/${items[0].id}`);
  assert.deepEqual(
    sale.payments.map((payment) => [payment.method, payment.amount.amount]),
    [
      ['cash', '200.00'],
      ['card', '420.00'],
    ],
  );
});

test('a double click pays once', async (t) => {
  const { hub, page } = await counter(t);
  await scan(page, MILK);
  await line(page, 'Сүт').waitFor();
  await page.keyboard.press('F9');
  await page.getByRole('button', { name: new RegExp(say('payment.exact')) }).dblclick();
  await sold(page).waitFor();
  const { items } = await hub.call('GET', '/sales');
  assert.equal(items.length, 1);
});

test('the cart outlives a reload, and shows on another screen of the same till', async (t) => {
  const { hub, page } = await counter(t);
  await scan(page, MILK);
  await scan(page, BREAD);
  await line(page, 'Батон').waitFor();
  await page.reload();
  await line(page, 'Сүт').waitFor();
  await line(page, 'Батон').waitFor();
  const other = await openPage(hub, { path: '/till' });
  await line(other, 'Сүт').waitFor();
  await scan(other, MILK);
  await payButton(page).getByText(sum(1500)).waitFor();
});

test('the hub is killed in mid-sale; the till waits, loses nothing and sells once', async (t) => {
  const { hub, page } = await counter(t, { mayLoseHub: true });
  await scan(page, MILK);
  await line(page, 'Сүт').waitFor();
  await hub.kill();
  await scan(page, BREAD);
  await hub.start();
  await line(page, 'Батон').waitFor();
  await payButton(page).getByText(sum(880)).waitFor();
  await page.keyboard.press('F9');
  const exact = page.getByRole('button', { name: new RegExp(say('payment.exact')) });
  await exact.waitFor();
  await hub.kill();
  await exact.click();
  await hub.start();
  await sold(page).waitFor();
  const { items } = await hub.call('GET', '/sales');
  assert.deepEqual(
    items.map((sale) => sale.total.amount),
    ['880.00'],
  );
});

test('a session that ends in mid-sale is entered again over the cart', async (t) => {
  const { hub, page } = await counter(t, { mayRefuse: /^401 /, mayLoseHub: true });
  await scan(page, MILK);
  await line(page, 'Сүт').waitFor();
  const me = await hub.call('GET', '/session');
  const sessions = await hub.call('GET', `/users/${me.user.id}/sessions`);
  const newest = sessions.reduce((a, b) => (BigInt(a.id) > BigInt(b.id) ? a : b));
  // One scan is under way when the session ends; another meets the question who is there.
  let end;
  const ended = new Promise((resolve) => {
    end = resolve;
  });
  await page.route('**/scan', async (route) => {
    await ended;
    await route.continue();
  });
  await scan(page, BREAD);
  await hub.call('DELETE', `/sessions/${newest.id}`);
  end();
  await page.getByRole('dialog').getByText(say('sign_in.expired')).waitFor();
  const password = page.locator('input[type=password]');
  await password.focus();
  await scan(page, MILK);
  await page.getByText(say('scan.waits', { code: MILK })).waitFor();
  assert.equal(await password.inputValue(), '');
  await page.getByRole('dialog').getByLabel(say('sign_in.phone')).fill('+7 701 000 00 01');
  await password.fill('secret-1234');
  await page.keyboard.press('Enter');
  await line(page, 'Батон').waitFor();
  await line(page, 'Сүт').getByText(sum(1240)).waitFor();
});

test('by keyboard alone: a sale paid in two ways, and its return', async (t) => {
  const { hub, page } = await counter(t);
  await type(page, 'батон');
  await page.locator('[data-chosen]').filter({ hasText: 'Батон' }).waitFor();
  await page.keyboard.press('Enter');
  await line(page, 'Батон').waitFor();
  await page.keyboard.press('F9');
  await page.getByText(say('payment.due')).waitFor();
  await type(page, '100');
  await page.keyboard.press('Enter', { delay: 80 });
  await page.getByText(say('payment.rest')).first().waitFor();
  await page.keyboard.press('F3');
  await page.getByText(say('payment.about.card')).waitFor();
  await page.keyboard.press('Enter', { delay: 80 });
  await sold(page).waitFor();
  await page.keyboard.press('Enter', { delay: 80 });
  await page.getByText(say('till.empty_title')).waitFor();

  await page.keyboard.press('F7');
  const flow = page.getByRole('dialog');
  await flow.getByLabel(say('return.number')).waitFor();
  const { items } = await hub.call('GET', '/sales');
  await type(page, items[0].number);
  await page.keyboard.press('Enter', { delay: 80 });
  const whole = flow.getByRole('button', { name: say('return.whole') });
  await whole.and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Enter', { delay: 80 });
  await flow.getByText(sum(260)).first().waitFor();
  await type(page, 'брак');
  await page.keyboard.press('Enter', { delay: 80 });
  await flow.getByText(/RET-\d{4}-\d{6}/).waitFor();
  await page.keyboard.press('Enter', { delay: 80 });
  await flow.waitFor({ state: 'detached' });
  const back = await hub.call('GET', `/sales/${items[0].id}`);
  assert.equal(back.state, 'returned');
});

test('by scanner alone: a price, a sale, the receipt for its return in a Russian layout', async (t) => {
  const { hub, page } = await counter(t);
  await page.keyboard.press('F10');
  const check = page.getByRole('dialog');
  await check.waitFor();
  await scan(page, BREAD);
  await check.getByRole('status').getByText(sum(260)).waitFor();
  await scan(page, MILK);
  await check.getByRole('status').getByText(sum(620)).waitFor();
  await page.keyboard.press('Escape');
  await check.waitFor({ state: 'detached' });
  assert.equal(await page.locator('[data-line]').count(), 0, 'a price that was asked for is no sale');

  const sale = await hub.sell([[hub.milk, 1]]);
  await page.keyboard.press('F7');
  const flow = page.getByRole('dialog');
  await flow.getByLabel(say('return.number')).waitFor();
  await scan(page, sale.number);
  await flow.getByRole('button', { name: say('return.whole') }).waitFor();
  assert.equal(await flow.getByLabel(say('return.number')).inputValue(), sale.number);
});

test('a cashier gives no more than the limit, and opens the drawer with a reason', async (t) => {
  const hub = await hubFor(t);
  await hub.product('Сүт 3,2 % 1 л', 620, MILK);
  await hub.openShift();
  const card = await hub.cashier();
  const rights = {
    extra_permissions: [{ permission: 'shift.cash_out', scope: 'own' }],
    discount_limit_percent: '5',
  };
  await hub.call('PUT', `/users/${card.id}`, { ...card, ...rights });
  const page = await openPage(hub, {
    path: '/till',
    as: CASHIER,
    mayRefuse: /POST \/api\/till\/open-drawer/,
  });
  await page.getByRole('textbox', { name: say('till.search') }).waitFor();
  await scan(page, MILK);
  await line(page, 'Сүт').waitFor();
  await page.keyboard.press('F4');
  const dialog = page.getByRole('dialog');
  const field = dialog.getByLabel(say('till.discount'));
  await field.fill('7');
  await dialog.getByText(say('till.discount_over', { percent: '5' })).waitFor();
  const save = dialog.getByRole('button', { name: say('common.save') });
  await save.click();
  await field.and(page.locator(':focus')).waitFor();
  assert.equal(await payButton(page).getByText(sum(620)).count(), 1);
  await field.fill('5');
  await save.click();
  await payButton(page).getByText(sum(589)).waitFor();

  await page.getByRole('button', { name: say('till.drawer') }).click();
  const confirm = dialog.getByRole('button', { name: say('till.open_drawer_do'), exact: true });
  assert.ok(await confirm.isDisabled(), 'the trail wants a reason');
  await dialog.getByRole('button', { name: say('till.drawer_change') }).click();
  assert.ok(await confirm.isEnabled());
});
