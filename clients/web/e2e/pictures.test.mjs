/**
 * Pictures of the screens against those that are kept beside this file (pictures/NAME.png, half size). A screen that was
 * changed on purpose gets its new picture with `npm run pictures`; look at it before it is committed.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { closeBrowser, openPage, say, still } from './browser.mjs';
import { Hub } from './hub.mjs';
import { livelyShop } from './shop.mjs';

after(closeBrowser);
const KEPT = fileURLToPath(new URL('./pictures/', import.meta.url));
const WRITING = process.env.PICTURES === 'write';
/** Edges of letters differ between machines; a moved or recoloured part is many times as much. */
const DIFFERENT_MAX = 0.01;
const SCALE = 0.5;
const MONITOR = [1280, 800];
const PHONE = [360, 740];
/** Moments are other ones every time; what moves by itself is stilled. */
const STILL = `[data-when], [class*="mantine-Loader"] { visibility: hidden !important }
  * { caret-color: transparent !important; animation: none !important; transition: none !important }`;

let folder = null;

async function compare(page, name) {
  await page.addStyleTag({ content: STILL });
  await still(page);
  const taken = await page.screenshot({ animations: 'disabled' });
  const path = join(KEPT, `${name}.png`);
  if (WRITING) {
    mkdirSync(KEPT, { recursive: true });
    writeFileSync(path, taken);
    return null;
  }
  if (!existsSync(path)) return `${name}: no picture is kept; npm run pictures takes it`;
  const [now, kept] = [PNG.sync.read(taken), PNG.sync.read(readFileSync(path))];
  if (now.width !== kept.width || now.height !== kept.height) {
    return `${name}: ${now.width}×${now.height} instead of ${kept.width}×${kept.height}`;
  }
  const diff = new PNG({ width: now.width, height: now.height });
  const count = pixelmatch(now.data, kept.data, diff.data, now.width, now.height, { threshold: 0.2 });
  const share = count / (now.width * now.height);
  if (share <= DIFFERENT_MAX) return null;
  folder ??= mkdtempSync(join(tmpdir(), 'duken-pictures-'));
  writeFileSync(join(folder, `${name}.now.png`), taken);
  writeFileSync(join(folder, `${name}.diff.png`), PNG.sync.write(diff));
  return `${name}: ${(share * 100).toFixed(1)} % is different, see ${folder}`;
}

test('the screens look as they did', async (t) => {
  const hub = await livelyShop(t);
  const wrong = [];
  const look = async (page, name) => {
    const remark = await compare(page, name);
    if (remark) wrong.push(remark);
  };
  // One page for each language, theme and person: only what it shows changes.
  const pages = new Map();
  const pageFor = async ({ language = 'ru', scheme = 'light', as }) => {
    const key = `${language} ${scheme} ${as}`;
    if (!pages.has(key))
      pages.set(
        key,
        await openPage(hub, { language, scheme, as, scale: SCALE, calm: true, mayRefuse: /^401 GET / }),
      );
    return pages.get(key);
  };
  const show = async (path, name, { size = MONITOR, steps, ...options } = {}) => {
    const page = await pageFor(options);
    await page.setViewportSize({ width: size[0], height: size[1] });
    await page.goto(hub.base + path);
    await page.locator('h1, [data-search], form').first().waitFor();
    await steps?.(page);
    await look(page, name);
  };

  await show('/dev/parts', 'parts-light-ru', { scheme: 'light', size: [1280, 2300] });
  await show('/dev/parts', 'parts-dark-kk', { scheme: 'dark', language: 'kk', size: [1280, 2300] });
  await show('/dev/parts', 'parts-light-en-phone', { language: 'en', size: [360, 4200] });
  await show('/products', 'products-light-ru');
  await show('/products', 'products-dark-kk', { scheme: 'dark', language: 'kk' });
  await show('/products', 'products-phone-kk', { language: 'kk', size: PHONE });
  await show('/products/new', 'product-new-ru');
  await show('/categories', 'categories-ru');
  await show('/stock', 'stock-ru');
  await show('/stock', 'stock-phone-dark-ru', { scheme: 'dark', size: PHONE });
  await show('/customers', 'customers-kk', { language: 'kk' });
  await show('/customers?make=true', 'customer-new-ru', {
    steps: (page) => page.getByRole('dialog').waitFor(),
  });
  await show('/users', 'users-ru');
  await show('/roles', 'roles-ru');
  await show('/roles', 'roles-dark-kk', { scheme: 'dark', language: 'kk' });
  await show('/tills', 'tills-en', { language: 'en' });
  await show('/help', 'help-ru');
  await show('/products', 'palette-ru', {
    steps: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').waitFor();
    },
  });
  await show('/', 'sign-in-ru', { as: null });
  await show('/', 'sign-in-phone-dark-ru', { as: null, scheme: 'dark', size: PHONE });
  await show('/products', 'lock-ru', {
    steps: async (page) => {
      await page.keyboard.press('Alt+l');
      await page.getByRole('dialog', { name: say('lock.title') }).waitFor();
    },
  });

  const fresh = new Hub();
  t.after(() => fresh.stop());
  await fresh.start();
  const first = await openPage(
    { base: fresh.base, pages: hub.pages },
    { as: null, scale: SCALE, calm: true, size: MONITOR },
  );
  await first.getByRole('button', { name: 'Русский', exact: true }).waitFor();
  await look(first, 'first-run-language');
  await first.getByRole('button', { name: 'Русский', exact: true }).click();
  await first.getByLabel(say('settings.name')).waitFor();
  await look(first, 'first-run-store');
  assert.deepEqual(wrong, []);
});
