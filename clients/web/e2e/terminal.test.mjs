import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser, line, openPage, say, scan } from './browser.mjs';
import { hubFor, program, startProgram } from './hub.mjs';

after(closeBrowser);
const MILK = '4870000000012';
const BREAD = '4870000000029';
const button = (page, name) => page.getByRole('button', { name, exact: true });

const DEVICES = program('duken-devices', 'DUKEN_DEVICES_BIN');
const needs = DEVICES === null ? 'no duken-devices: build it or name it in DUKEN_DEVICES_BIN' : false;

/** A shop whose till has a simulated Kaspi terminal, registered and ready; its buyer is at the test's command. */
async function shop(t) {
  const devices = startProgram(DEVICES, [...['--http', '127.0.0.1:0', '--terminal', '0']]);
  t.after(() => devices.end('SIGTERM'));
  const told = await devices.ready;
  const control = async (method, path, body) => {
    const response = await fetch(`${told.http}/control${path}`, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    assert.ok(response.ok, `${path}: ${response.status}`);
    return response.json();
  };
  await control('POST', '/terminal/modes', { registration: 'automatic' });
  const hub = await hubFor(t);
  await hub.product('Сүт 3,2 % 1 л', 620, MILK);
  const terminal = await hub.call('POST', '/devices', {
    kind: 'terminal',
    name: 'Kaspi',
    connection: { type: 'network', address: told.terminal.address },
    protection: { mode: 'https_authority', name: told.terminal.host, ca_pem: told.terminal.ca_pem },
  });
  const till = (await hub.call('GET', '/tills'))[0];
  await hub.call('PUT', `/tills/${till.id}`, { ...till, terminal_id: terminal.id });
  await hub.openShift();
  return { hub, control, terminal };
}

test('a part in cash, the rest by Kaspi: the screen says what the terminal does', {
  skip: needs,
}, async (t) => {
  const { hub, control, terminal } = await shop(t);
  const page = await openPage(hub, { path: `/devices?device=${terminal.id}` });
  await page.getByRole('tab', { name: say('device.pairing') }).click();
  await button(page, say('device.pair')).click();
  await page.getByText(say('device.state.ready')).first().waitFor();

  await page.goto(`${hub.base}/till`);
  await page.getByRole('textbox', { name: say('till.search') }).waitFor();
  await scan(page, MILK);
  await line(page, 'Сүт').waitFor();
  await page.keyboard.press('F9');
  await page.getByText(say('payment.due')).waitFor();
  await page.keyboard.type('120', { delay: 80 });
  await page.keyboard.press('Enter');
  await page.getByText(say('payment.rest')).first().waitFor();
  await page.keyboard.press('F2');
  await page.getByText(say('payment.about.kaspi')).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('status').getByText(say('payment.state.waiting')).waitFor();
  await control('POST', '/terminal/decide', { do: 'pays', by: 'qr' });
  await page.getByText(/SAL-\d{4}-\d{6}/).waitFor();
  const { charges } = await control('GET', '/terminal');
  assert.equal(charges.length, 1);
  const { items } = await hub.call('GET', '/sales');
  const sale = await hub.call('GET', `/sales/${items[0].id}`);
  assert.deepEqual(sale.payments.map((payment) => [payment.method, payment.amount.amount]).sort(), [
    ['cash', '120.00'],
    ['kaspi', '500.00'],
  ]);
});

test('nobody knows whether it was paid: the next customer is served, then the first is settled', {
  skip: needs,
}, async (t) => {
  const { hub, control, terminal } = await shop(t);
  await hub.product('Батон нарезной', 260, BREAD);
  const page = await openPage(hub, { path: `/devices?device=${terminal.id}` });
  await page.getByRole('tab', { name: say('device.pairing') }).click();
  await button(page, say('device.pair')).click();
  await page.getByText(say('device.state.ready')).first().waitFor();
  await control('POST', '/terminal/next', { do: 'loses_start_answer', by: 'qr' });

  await page.goto(`${hub.base}/till`);
  await page.getByRole('textbox', { name: say('till.search') }).waitFor();
  await scan(page, MILK);
  await line(page, 'Сүт').waitFor();
  await page.keyboard.press('F9');
  await page.keyboard.press('F2');
  await page.getByText(say('payment.about.kaspi')).waitFor();
  await page.keyboard.press('Enter', { delay: 80 });
  const state = page.getByRole('status').filter({ hasText: say('payment.state.unknown') });
  // The hub's own sentence, and nothing that only a programmer reads.
  await state.getByText('Ответ терминала потерялся').waitFor();
  assert.doesNotMatch((await state.textContent()) ?? '', /TLS|close_notify|https?:|os error/);

  await button(page, say('payment.aside')).click();
  await page.getByRole('textbox', { name: say('till.search') }).waitFor();
  await scan(page, BREAD);
  await line(page, 'Батон').waitFor();
  await page.keyboard.press('F9');
  await page.getByText(say('payment.due')).waitFor();
  await page.keyboard.press('Enter', { delay: 80 });
  await page.getByText(/SAL-\d{4}-\d{6}/).waitFor();
  await page.keyboard.press('Enter', { delay: 80 });

  await page.getByRole('button', { name: new RegExp(say('till.held_paying')) }).click();
  await button(page, say('payment.decide_paid')).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(say('payment.decide_reason')).fill('Видно на экране терминала');
  await button(dialog, say('common.confirm')).click();
  await page.getByText(/SAL-\d{4}-\d{6}/).waitFor();
  const { items } = await hub.call('GET', '/sales');
  assert.deepEqual(items.map((sale) => sale.total.amount).sort(), ['260.00', '620.00']);
});

test('declined: the screen says what to tell the buyer and what is safe, and the receipt can be gone on with', {
  skip: needs,
}, async (t) => {
  const { hub, control, terminal } = await shop(t);
  await hub.product('Батон нарезной', 260, BREAD);
  const page = await openPage(hub, { path: `/devices?device=${terminal.id}` });
  await page.getByRole('tab', { name: say('device.pairing') }).click();
  await button(page, say('device.pair')).click();
  await page.getByText(say('device.state.ready')).first().waitFor();
  await page.goto(`${hub.base}/till`);
  await page.getByRole('textbox', { name: say('till.search') }).waitFor();
  await scan(page, MILK);
  await line(page, 'Сүт').waitFor();
  await page.keyboard.press('F9');
  await page.keyboard.press('F2');
  await page.getByText(say('payment.about.kaspi')).waitFor();
  await page.keyboard.press('Enter', { delay: 80 });
  const waiting = page.getByRole('status').filter({ hasText: say('payment.state.waiting') });
  await waiting.getByText(say('payment.say_at.buyer')).waitFor();
  await control('POST', '/terminal/decide', { do: 'declines', by: 'qr' });
  const refused = page.getByRole('alert');
  await refused.getByText(say('payment.say_at.failed')).waitFor();
  await refused.getByText(say('payment.safe_at.failed')).waitFor();

  await button(page, say('payment.back')).click();
  await page.getByRole('textbox', { name: say('till.search') }).waitFor();
  await scan(page, BREAD);
  await line(page, 'Батон').waitFor();
  await page.keyboard.press('F9');
  await page.getByText(say('payment.due')).waitFor();
  await page.keyboard.press('Enter', { delay: 80 });
  await page.getByText(/SAL-\d{4}-\d{6}/).waitFor();
  const { items } = await hub.call('GET', '/sales');
  assert.deepEqual(
    items.map((sale) => sale.total.amount),
    ['880.00'],
  );
});
