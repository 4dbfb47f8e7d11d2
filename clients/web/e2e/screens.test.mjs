import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, test } from 'node:test';
import { judge } from '../scripts/walk/judge.mjs';
import { closeBrowser, openPage, say, still, textsOf } from './browser.mjs';
import { Hub } from './hub.mjs';
import { livelyShop } from './shop.mjs';

after(closeBrowser);
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function violations(page) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
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

const SIZES = {
  till: [1024, 768],
  office: [1920, 1080],
  phone: [360, 740],
  'at 200 %': [640, 400],
};
/** One look at everything by axe for each theme, and one on a phone. */
const LOOKS = [
  { language: 'ru', scheme: 'light', axe: 'till' },
  { language: 'kk', scheme: 'dark', axe: 'office' },
  { language: 'en', scheme: 'dark', axe: 'phone' },
];
/** The role of a screen's frame, and where that frame begins and how wide it is. */
function frameOf() {
  const frame = document.querySelector('main [data-width]');
  if (!frame)
    return ['none', document.querySelector('[data-search]') ? 'the till' : 'a screen without a frame'];
  const around = frame.closest('main').getBoundingClientRect();
  const { left, width } = frame.getBoundingClientRect();
  return [
    frame.dataset.width,
    `${Math.round(left - around.left)} ${Math.round(around.width - width) < 20 ? 'whole' : width}`,
  ];
}
const OWN_NAMES = ['Русский', 'Қазақша', 'English', 'Дүкен'];
/** What stands on the page of parts are samples, of no language of the reader's. */
const SAMPLES = '/dev/parts';

test('every screen', { concurrency: true, timeout: 300_000 }, async (all) => {
  const looks = LOOKS.map(({ language, scheme, axe }) =>
    all.test(`in ${language}: nothing cut, sideways or of another language; open to everyone`, async (t) => {
      const hub = await livelyShop(t);
      const page = await openPage(hub, { language, scheme, calm: true });
      const foreign = LOOKS.map((look) => look.language)
        .filter((other) => other !== language)
        .flatMap((other) => textsOf(other))
        .filter((text) => !textsOf(language).includes(text));
      const wrong = [];
      const frames = new Map();
      for (const path of hub.screens) {
        // From screen to screen as its links lead: the page is not opened anew.
        await page.evaluate((to) => window.history.pushState({}, '', to), path);
        await still(page);
        await page
          .locator('h1, [data-search]')
          .first()
          .waitFor()
          .catch(() => wrong.push(`${path}: no heading`));
        for (const [name, [width, height]] of Object.entries(SIZES)) {
          await page.setViewportSize({ width, height });
          await still(page);
          for (const remark of await page.evaluate(judge, {
            foreign: path === SAMPLES ? [] : foreign,
            ignored: OWN_NAMES,
          }))
            wrong.push(`${path}, ${name}: ${remark}`);
          if (name === 'office') {
            const [role, frame] = await page.evaluate(frameOf);
            if ((frames.get(role) ?? frame) !== frame) wrong.push(`${path}: another ${role} frame, ${frame}`);
            frames.set(role, frame);
          }
          if (name === axe)
            for (const violation of await violations(page)) wrong.push(`${path}, ${name}: ${violation}`);
        }
      }
      assert.equal(wrong.join('\n'), '');
      // Lists and what is read differ in their width alone: both begin at the edge.
      for (const role of ['list', 'reading']) assert.match(frames.get(role), /^0 /);
    }),
  );
  await Promise.all(looks);
});

for (const scheme of ['light', 'dark']) {
  test(`dialogs, payment, lock, first run, ${scheme}: open to everyone`, async (t) => {
    const hub = await livelyShop(t);
    // A page learns of its lock by what it is refused.
    const page = await openPage(hub, { scheme, calm: true, path: '/till', mayRefuse: /^401 GET / });
    const wrong = [];
    const look = async (name) => {
      await still(page);
      for (const violation of await violations(page)) wrong.push(`${name}: ${violation}`);
    };
    const dialog = page.getByRole('dialog').last();
    for (const [path, name] of [
      ['/customers?make=true', 'a customer'],
      ['/categories?make=true', 'a category'],
      ['/adjustments?make=true', 'an adjustment'],
      ['/roles?make=true', 'a role'],
      ['/returns?make=true', 'a return'],
    ]) {
      await page.goto(hub.base + path);
      await dialog.waitFor();
      await look(name);
    }
    await page.goto(`${hub.base}/products`);
    await page.locator('h1').waitFor();
    await page.keyboard.press('Control+k');
    await dialog.waitFor();
    await look('the palette');

    const cart = await hub.call('POST', '/carts', {});
    await hub.call('POST', `/carts/${cart.id}/lines`, { product_id: hub.milk.id, quantity: '2' });
    await page.goto(`${hub.base}/till`);
    await page.locator('[data-line]').first().waitFor();
    await look('a receipt');
    for (const key of ['F3', 'F4', 'F8', 'F10']) {
      await page.keyboard.press(key);
      await dialog.waitFor();
      await look(`the till after ${key}`);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    }
    await page.keyboard.press('F9');
    await page.getByRole('radiogroup').waitFor();
    await look('payment');
    await page.keyboard.press('Escape');

    await page.goto(`${hub.base}/products`);
    await page.locator('h1').waitFor();
    await page.keyboard.press('Alt+l');
    await page.getByRole('dialog', { name: say('lock.title') }).waitFor();
    await look('the lock');

    const fresh = new Hub();
    t.after(() => fresh.stop());
    await fresh.start();
    const first = await openPage({ base: fresh.base, pages: hub.pages }, { as: null, scheme, calm: true });
    const setup = async (name) => {
      await still(first);
      for (const violation of await violations(first)) wrong.push(`${name}: ${violation}`);
    };
    await first.getByRole('button', { name: 'Русский', exact: true }).waitFor();
    await setup('the first page');
    await first.getByRole('button', { name: 'Русский', exact: true }).click();
    await first.getByLabel(say('settings.name')).waitFor();
    await setup('the store');
    await first.getByLabel(say('settings.name')).fill('Дүкен');
    await first.keyboard.press('Enter');
    await first.getByLabel(say('user.password')).waitFor();
    await setup('the administrator');
    assert.equal(wrong.join('\n'), '');
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
