import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, test } from 'node:test';
import { closeBrowser, openPage, say } from './browser.mjs';
import { hubFor } from './hub.mjs';

after(closeBrowser);
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const SCREENS = [
  '/',
  '/till',
  '/sales',
  '/returns',
  '/shifts',
  '/products',
  '/products/new',
  '/categories',
  '/import',
  '/stock',
  '/adjustments',
  '/customers',
  '/users',
  '/users/new',
  '/roles',
  '/settings',
  '/tills',
  '/devices',
  '/office',
  '/backup',
  '/admin/health',
];

async function livelyShop(t) {
  const hub = await hubFor(t);
  const dairy = await hub.call('POST', '/categories', { name: 'Молочное', color: '#6a5acd' });
  const milk = await hub.product('Сүт 3,2 % 1 л', 620, '4870000000012', { category_id: dairy.id });
  const bread = await hub.product('Батон нарезной', 260, '4870000000029');
  await hub.call('POST', '/customers', { name: 'Асель', phone: '+7 702 555 11 22', note: '' });
  await hub.cashier();
  await hub.openShift();
  const sale = await hub.sell([
    [milk, 2],
    [bread, 1],
  ]);
  await hub.call('POST', '/returns', {
    sale_id: sale.id,
    lines: [{ line: 1, quantity: '1' }],
    reason: 'Брак',
  });
  hub.screens = [...SCREENS, `/products/${milk.id}`, `/sales/${sale.id}`];
  return hub;
}

/** The screen has come to rest: something to read, and nothing that is still being fetched. */
async function settled(page) {
  await page.locator('h1, [data-search]').first().waitFor();
  await page.waitForLoadState('networkidle');
}

async function violations(page) {
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(() =>
    axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }),
  );
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map((node) => node.target.join(' '))
          .slice(0, 4)
          .join(' | ')}`,
    );
}

for (const [language, size, scheme] of [
  ['ru', [1024, 768], 'light'],
  ['kk', [360, 740], 'dark'],
  ['en', [1920, 1080], 'light'],
]) {
  test(`every screen in ${language} at ${size.join('×')}, ${scheme}: quiet, wide enough, open to everyone`, async (t) => {
    const hub = await livelyShop(t);
    const page = await openPage(hub, { language, size, scheme });
    const wrong = [];
    for (const path of hub.screens) {
      await page.goto(hub.base + path);
      await settled(page);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (over > 0) wrong.push(`${path} is ${over} px too wide`);
      for (const violation of await violations(page)) wrong.push(`${path}: ${violation}`);
    }
    assert.deepEqual(wrong, []);
  });
}

test('sign-in and the receipt in the browser', async (t) => {
  const hub = await livelyShop(t);
  const page = await openPage(hub, { as: null });
  await page.getByLabel(say('sign_in.phone')).waitFor();
  assert.deepEqual(await violations(page), []);
  const inside = await openPage(hub, { path: '/sales' });
  await inside.getByText(/SAL-/).first().click();
  const [paper] = await Promise.all([
    inside.context().waitForEvent('page'),
    inside.getByRole('link', { name: say('after.browser_print') }).click(),
  ]);
  await paper
    .getByText(/SAL-\d{4}-\d{6}/)
    .first()
    .waitFor();
});
