/** What the walk over all screens is made of. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { SCREENS } from '../scripts/walk/screens.mjs';
import { closeBrowser, launch, shown, sum } from './browser.mjs';
import { counter } from './shop.mjs';

after(closeBrowser);

test('a picture waits for a screen that comes behind a spinner', async (t) => {
  const context = await (await launch()).newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  await page.setContent('<span class="mantine-Loader-root">…</span>');
  await page.evaluate(() => {
    setTimeout(() => {
      document.body.innerHTML = '<h1>Roles</h1>';
    }, 800);
  });
  await shown(page);
  assert.equal(await page.locator('h1').textContent(), 'Roles');
});

test('two customers wait at the till with their sums while a third is served', async (t) => {
  const { hub, page } = await counter(t);
  const customers = [];
  for (const [index, name] of ['Асель', 'Кафе «Дастархан»'].entries())
    customers.push(
      await hub.call('POST', '/customers', { name, phone: `+7 702 555 11 2${index}`, note: '' }),
    );
  const goods = [hub.milk, hub.bread, await hub.product('Шай 250 г', 1000, '4870000000050')];
  const held = SCREENS.find(({ name }) => name === 'till-held');
  const at = { send: hub.call.bind(hub), goods, customers, language: 'ru' };
  await held.steps(page, at);
  await page.getByRole('button', { name: 'Асель' }).getByText(sum(4500)).waitFor();
  await page.getByRole('button', { name: 'Дастархан' }).getByText(sum(7440)).waitFor();
  await held.undo(page, at);
  assert.deepEqual((await hub.call('GET', '/till')).carts, []);
});
