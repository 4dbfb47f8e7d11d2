/** The screen that faces the buyer. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser, openPage, say, scan, sum } from './browser.mjs';
import { hubFor, tenge } from './hub.mjs';
import { MILK } from './shop.mjs';

after(closeBrowser);

test('a display is paired by the code on the card of the till, follows the receipt, says thanks and the change', async (t) => {
  const hub = await hubFor(t);
  await hub.product('Сүт 3,2 % 1 л', 620, MILK);
  await hub.openShift();
  const office = await openPage(hub, { path: '/tills' });
  await office.getByRole('main').getByText('Касса 1').first().click();
  const card = office.getByRole('dialog');
  await card.getByRole('button', { name: say('display.new_code') }).click();
  const code = await card.getByRole('status', { name: say('display.code') }).textContent();

  const screen = await openPage(hub, { path: '/display', as: null, mayRefuse: /GET \/api\/display/ });
  await screen.getByRole('heading', { name: say('display.pair_title') }).waitFor();
  await screen.keyboard.type(code, { delay: 80 });
  await screen.getByText(say('display.welcome')).waitFor();
  await screen.getByRole('heading', { name: 'Дүкен' }).waitFor();

  const till = await openPage(hub, { path: '/till', size: [1024, 768] });
  await till.getByRole('textbox', { name: say('till.search') }).waitFor();
  await scan(till, MILK);
  await screen.getByText('Сүт').waitFor();
  await screen.getByText(sum(620)).first().waitFor();
  await scan(till, MILK);
  await screen.getByText(sum(1240)).first().waitFor();

  const { carts } = await hub.call('GET', '/till');
  const path = `/carts/${carts[0].id}`;
  await hub.call('POST', `${path}/payments`, { method: 'cash', amount: tenge(1240), tendered: tenge(2000) });
  await till.getByText(/SAL-\d{4}-\d{6}/).waitFor();
  await screen.getByText(say('display.thanks')).waitFor();
  await screen.getByText(sum(760)).waitFor();
  assert.equal(await screen.getByText('Айгүл').count(), 0, 'nobody inside is named');

  await office.getByRole('button', { name: say('display.part') }).click();
  await screen.getByRole('heading', { name: say('display.pair_title') }).waitFor();
});
