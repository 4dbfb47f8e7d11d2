import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser, line, openPage, say, scan } from './browser.mjs';
import { missingDevices, startDevices } from './devices.mjs';
import { hubFor } from './hub.mjs';
import { BREAD, MILK } from './shop.mjs';

after(closeBrowser);
const button = (page, name) => page.getByRole('button', { name, exact: true });

/** A till with a simulated Kaspi terminal, paired on its screen and ready; its buyer is at the test's command. */
async function shop(t) {
  const { told, control } = await startDevices(t, '--terminal', '0');
  await control('POST', '/terminal/modes', { registration: 'automatic' });
  const hub = await hubFor(t);
  await hub.product('Сүт 3,2 % 1 л', 620, MILK);
  await hub.product('Батон нарезной', 260, BREAD);
  const terminal = await hub.call('POST', '/devices', {
    kind: 'terminal',
    name: 'Kaspi',
    connection: { type: 'network', address: told.terminal.address },
    protection: { mode: 'https_authority', name: told.terminal.host, ca_pem: told.terminal.ca_pem },
  });
  const till = (await hub.call('GET', '/tills'))[0];
  await hub.call('PUT', `/tills/${till.id}`, { ...till, terminal_id: terminal.id });
  await hub.openShift();
  const page = await openPage(hub, { path: `/devices?device=${terminal.id}` });
  await page.getByRole('tab', { name: say('device.pairing') }).click();
  await button(page, say('device.pair')).click();
  await page.getByText(say('device.state.ready')).first().waitFor();
  await page.goto(`${hub.base}/till`);
  await page.getByRole('textbox', { name: say('till.search') }).waitFor();
  return { hub, control, page };
}

test('a part in cash, the rest by Kaspi: the screen says what the terminal does', {
  skip: missingDevices,
}, async (t) => {
  const { hub, control, page } = await shop(t);
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
  skip: missingDevices,
}, async (t) => {
  const { hub, control, page } = await shop(t);
  await control('POST', '/terminal/next', { do: 'loses_start_answer', by: 'qr' });
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
  skip: missingDevices,
}, async (t) => {
  const { hub, control, page } = await shop(t);
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
