import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser, openPage, say, still } from './browser.mjs';
import { livelyShop } from './shop.mjs';

after(closeBrowser);

/** What the focus is on, and whether a person can see that it is. */
const focus = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const style = getComputedStyle(element);
    // A radio of a row of choices is drawn by its label.
    const drawn = element.offsetWidth > 1 ? element : (element.nextElementSibling ?? element);
    const box = drawn.getBoundingClientRect();
    const frame = element.closest('.mantine-Input-input');
    // A switch or a box to tick draws its ring beside itself.
    const beside = element.nextElementSibling ? getComputedStyle(element.nextElementSibling) : null;
    const ringed = (one) =>
      one !== null && one.outlineStyle !== 'none' && Number.parseFloat(one.outlineWidth) >= 1;
    const accent = getComputedStyle(document.documentElement)
      .getPropertyValue('--mantine-primary-color-filled')
      .trim();
    const probe = document.createElement('i');
    probe.style.color = accent;
    document.body.append(probe);
    const edged =
      element.matches('input, textarea, select') && style.borderTopColor === getComputedStyle(probe).color;
    probe.remove();
    return {
      name: `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent?.slice(0, 30)}`,
      seen:
        ringed(style) ||
        (frame !== null && ringed(getComputedStyle(frame))) ||
        ringed(beside) ||
        edged ||
        style.boxShadow !== 'none',
      inSight: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < window.innerHeight,
    };
  });

test('the focus is seen wherever the Tab key leads', async (t) => {
  const hub = await livelyShop(t);
  const page = await openPage(hub, { calm: true });
  const wrong = [];
  for (const path of [
    '/products',
    '/products/new',
    '/customers',
    '/roles',
    '/settings',
    '/checklists',
    '/help',
  ]) {
    await page.goto(hub.base + path);
    await page.locator('h1').waitFor();
    await still(page);
    for (let step = 0; step < 40; step += 1) {
      await page.keyboard.press('Tab');
      const now = await focus(page);
      if (now === null) break;
      if (!now.seen) wrong.push(`${path}: ${now.name} has the focus and does not show it`);
      if (!now.inSight) wrong.push(`${path}: ${now.name} has the focus out of sight`);
    }
  }
  assert.deepEqual([...new Set(wrong)], []);
});

test('an office worked with keys alone: a product made, found, changed, put away and taken back', async (t) => {
  const hub = await livelyShop(t);
  const page = await openPage(hub, { path: '/sales', calm: true });
  await page.locator('h1').waitFor();
  await page.keyboard.press('Alt+n');
  await page.getByRole('heading', { name: say('product.new') }).waitFor();
  await page.getByLabel(say('product.name')).focus();
  await page.keyboard.type('Кефир 1 л');
  await page.keyboard.press('Control+s');
  await page.getByRole('heading', { name: 'Кефир 1 л' }).waitFor();

  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type(say('menu.products').toLowerCase());
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: say('menu.products') }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('кефир');
  const row = page.locator('tr[data-index]');
  await page.waitForFunction(() => document.querySelectorAll('tr[data-index]').length === 1);
  await row.first().focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Кефир 1 л' }).waitFor();
  await page.getByLabel(say('product.price'), { exact: true }).focus();
  await page.keyboard.type('780');
  await page.keyboard.press('Control+s');
  await page.getByText(say('common.saved')).first().waitFor();

  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type(say('common.archive').toLowerCase());
  await page.keyboard.press('Enter');
  await page.getByText(say('product.archived_done')).waitFor();
  await page.getByRole('button', { name: say('common.take_back'), exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: say('common.archive'), exact: true }).waitFor();
  const { items } = await hub.call('GET', '/products?q=кефир');
  assert.deepEqual(
    items.map(({ name, price, archived }) => [name, price.amount, archived]),
    [['Кефир 1 л', '780.00', false]],
  );
});

test('a hundred thousand rows: the end is reached with one key and nothing is drawn in vain', async (t) => {
  const hub = await livelyShop(t);
  const page = await openPage(hub, { path: '/dev/parts?rows=100000', calm: true });
  await page.locator('tr[data-index="0"]').focus();
  await page.keyboard.press('End');
  await page.locator('tr[data-index="99999"]').waitFor();
  assert.ok((await page.locator('tr[data-index]').count()) < 120, 'only what is in sight is drawn');
  // From one frame to the next while it is scrolled: what the slowest took.
  const slowest = await page.evaluate(async () => {
    const box = document.querySelector('table').parentElement;
    let last = performance.now();
    let worst = 0;
    for (let step = 0; step < 60; step += 1) {
      box.scrollTop = step * 900;
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      worst = Math.max(worst, now - last);
      last = now;
    }
    return worst;
  });
  t.diagnostic(`slowest of 60 frames: ${slowest.toFixed(0)} ms`);
});

test('what a person chose of a table follows them to another device', async (t) => {
  const hub = await livelyShop(t);
  const page = await openPage(hub, { path: '/products', calm: true });
  await page.getByRole('button', { name: say('table.columns') }).click();
  const kept = page.waitForResponse(
    (answer) => answer.url().endsWith('/api/preferences') && answer.request().method() === 'PUT',
  );
  await page.getByRole('checkbox', { name: say('product.brand') }).check();
  assert.equal((await kept).status(), 200);
  const elsewhere = await openPage(hub, { path: '/products', calm: true });
  await elsewhere.getByRole('columnheader', { name: say('product.brand') }).waitFor();
});

test('what was typed into a form outlives a reload, and whoever leaves is asked', async (t) => {
  const hub = await livelyShop(t);
  const page = await openPage(hub, { path: `/products/${hub.milk.id}`, calm: true });
  await page.getByLabel(say('product.brand')).fill('Береке');
  await page.reload();
  await page.getByText(say('form.restored')).waitFor();
  assert.equal(await page.getByLabel(say('product.brand')).inputValue(), 'Береке');
  await page.getByRole('link', { name: say('menu.stock') }).click();
  await page.getByRole('dialog', { name: say('form.leave_title') }).waitFor();
  await page.getByRole('button', { name: say('form.leave') }).click();
  await page.getByRole('heading', { name: say('menu.balances') }).waitFor();
  await page.goBack();
  await page.getByLabel(say('product.brand')).waitFor();
  assert.equal(await page.getByLabel(say('product.brand')).inputValue(), '');
});
