/**
 * Every screen as a person meets it: an address, or steps from it. A screen is named by what it shows; `who` is whose
 * session sees it (an administrator, when nobody is named).
 */
import { readFileSync } from 'node:fs';
import { say, still } from '../../e2e/browser.mjs';

const typed = (page, text) => page.keyboard.type(text, { delay: 80 });
const button = (page, at, key) => page.getByRole('button', { name: say(key, {}, at.language) });
const dialog = (page) => page.getByRole('dialog').last();
const PHONE_PX_MAX = 760;

async function emptyTill({ send }) {
  const { carts = [] } = await send('GET', '/till');
  for (const chip of carts) await send('DELETE', `/carts/${chip.id}`).catch(() => null);
}

async function fillCart({ send, goods }, quantities) {
  const made = await send('POST', '/carts', {});
  for (const [index, quantity] of quantities.entries()) {
    await send('POST', `/carts/${made.id}/lines`, { product_id: goods[index].id, quantity });
  }
  return made;
}

/** A cart with a few lines in it, begun anew. */
async function cart(page, at) {
  await emptyTill(at);
  const made = await fillCart(at, ['2', '1', '3']);
  await page.goto(page.url());
  await page.locator('[data-line]').first().waitFor({ state: 'attached' });
  return made;
}
const showCart = async (page) => {
  if (page.viewportSize().width <= PHONE_PX_MAX)
    await page.locator('button').filter({ hasText: '₸' }).last().click();
};

/** The first step of a first run: the language that the page is in already. */
const speakOn = async (page) =>
  page.locator(`main button[lang="${await page.locator('html').getAttribute('lang')}"]`).click();

export const SCREENS = [
  { name: 'home', path: '/' },
  { name: 'till', path: '/till' },
  {
    name: 'till-cart',
    path: '/till',
    steps: async (page, at) => {
      await cart(page, at);
      await showCart(page);
    },
  },
  {
    name: 'till-held',
    path: '/till',
    steps: async (page, at) => {
      const { send, customers } = at;
      await emptyTill(at);
      for (const [index, quantities] of [['2', '1', '3'], ['12']].entries()) {
        const { id } = await fillCart(at, quantities);
        await send('PUT', `/carts/${id}/customer`, { customer_id: customers[index].id });
        await send('POST', `/carts/${id}/hold`);
      }
      await fillCart(at, ['1', '4']);
      await page.goto(page.url());
      for (const { name } of customers) await page.getByRole('button', { name }).waitFor();
    },
    undo: (_, at) => emptyTill(at),
  },
  {
    name: 'till-search',
    path: '/till',
    steps: async (page) => {
      await typed(page, 'vjkjrj');
      await still(page);
    },
  },
  {
    name: 'till-list',
    path: '/till',
    steps: async (page, at) => {
      await button(page, at, 'till.view').click();
      await page.getByRole('radio', { name: say('till.view_of.list', {}, at.language) }).click();
    },
    undo: async (page, at) => {
      await button(page, at, 'till.view').click();
      await page.getByRole('radio', { name: say('till.view_of.large', {}, at.language) }).click();
    },
  },
  {
    name: 'till-dense',
    path: '/till',
    steps: async (page, at) => {
      await button(page, at, 'till.view').click();
      await page.getByRole('radio', { name: say('till.view_of.dense', {}, at.language) }).click();
    },
    undo: async (page, at) => {
      await button(page, at, 'till.view').click();
      await page.getByRole('radio', { name: say('till.view_of.large', {}, at.language) }).click();
    },
  },
  {
    name: 'till-view',
    path: '/till',
    steps: async (page, at) => {
      await button(page, at, 'till.view').click();
      await page.getByRole('radio').first().waitFor();
    },
  },
  {
    name: 'till-last',
    path: '/till',
    steps: async (page) => {
      await page.keyboard.press('F12');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'till-pad',
    path: '/till',
    steps: async (page, at) => {
      await cart(page, at);
      await showCart(page);
      await page.evaluate(() =>
        localStorage.setItem('duken.till.view', JSON.stringify({ goods: 'large', pad: true })),
      );
      await page.goto(page.url());
      await page.locator('[data-line]').first().waitFor({ state: 'attached' });
      await showCart(page);
      await page.locator('[data-line]').first().getByRole('button', { name: /^\d/ }).click();
      await page.getByRole('dialog').getByRole('textbox').first().click();
    },
    undo: (page) => page.evaluate(() => localStorage.removeItem('duken.till.view')),
  },
  {
    name: 'till-unknown',
    path: '/till',
    steps: async (page) => {
      await typed(page, '4870000000999');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').first().waitFor();
    },
  },
  {
    name: 'till-line',
    path: '/till',
    steps: async (page, at) => {
      await cart(page, at);
      await showCart(page);
      await page.locator('[data-line]').first().getByRole('button').first().click();
      await dialog(page).waitFor();
    },
  },
  {
    name: 'till-discount',
    path: '/till',
    steps: async (page, at) => {
      await cart(page, at);
      await page.keyboard.press('F4');
      await dialog(page).waitFor();
    },
  },
  {
    name: 'till-customer',
    path: '/till',
    steps: async (page, at) => {
      await cart(page, at);
      await page.keyboard.press('F3');
      await dialog(page).waitFor();
    },
  },
  {
    name: 'pay-cash',
    path: '/till',
    steps: async (page, at) => {
      await cart(page, at);
      await page.keyboard.press('F9');
      await page.getByRole('radiogroup').waitFor();
    },
  },
  {
    name: 'pay-kaspi',
    path: '/till',
    steps: async (page, at) => {
      await cart(page, at);
      await page.keyboard.press('F9');
      await page.getByRole('radiogroup').waitFor();
      await page.keyboard.press('F2');
    },
  },
  {
    name: 'pay-part',
    path: '/till',
    steps: async (page, at) => {
      const made = await cart(page, at);
      await at.send('POST', `/carts/${made.id}/payments`, {
        method: 'cash',
        amount: { amount: '500.00', currency: 'KZT' },
      });
      await page.goto(page.url());
      await page.getByRole('radiogroup').waitFor();
    },
    undo: async (_, at) => {
      const { carts } = await at.send('GET', '/till');
      for (const chip of carts) {
        const now = await at.send('GET', `/carts/${chip.id}`);
        for (const payment of now.payments)
          await at.send('DELETE', `/carts/${chip.id}/payments/${payment.id}`);
        await at.send('DELETE', `/carts/${chip.id}`);
      }
    },
  },
  {
    name: 'pay-done',
    path: '/till',
    steps: async (page, at) => {
      await cart(page, at);
      await page.keyboard.press('F9');
      await page.getByRole('radiogroup').waitFor();
      await typed(page, '20000');
      await page.keyboard.press('Enter', { delay: 80 });
      await page
        .getByText(/SAL-\d{4}-\d{6}/)
        .first()
        .waitFor();
      await still(page);
    },
  },
  {
    name: 'till-return',
    path: '/till',
    steps: async (page) => {
      await page.keyboard.press('F7');
      await dialog(page).waitFor();
    },
  },
  {
    name: 'till-return-lines',
    path: '/till',
    steps: async (page, at) => {
      const { sale } = at;
      await page.keyboard.press('F7');
      await dialog(page)
        .getByLabel(say('return.number', {}, at.language))
        .fill(sale.number);
      await page.keyboard.press('Enter');
      await button(page, at, 'return.whole').click();
      await still(page);
    },
  },
  {
    name: 'till-shift',
    path: '/till',
    steps: async (page) => {
      await page.keyboard.press('F8');
      await dialog(page).waitFor();
      await still(page);
    },
  },
  {
    name: 'till-price',
    path: '/till',
    steps: async (page, at) => {
      await page.keyboard.press('F10');
      await dialog(page).waitFor();
      await typed(page, 'молоко');
      await still(page);
      await page.keyboard.press('Enter');
      await button(page, at, 'till.add_to_receipt').waitFor();
    },
  },
  {
    name: 'till-drawer',
    path: '/till',
    steps: async (page, at) => {
      await button(page, at, 'till.drawer').click();
      await dialog(page).waitFor();
    },
  },
  {
    name: 'till-return-free',
    path: '/till',
    steps: async (page, at) => {
      await page.keyboard.press('F7');
      await page
        .getByText(say('return.without_receipt', {}, at.language), { exact: true })
        .first()
        .click();
      await still(page);
    },
  },
  { name: 'backup', path: '/backup' },
  { name: 'health', path: '/admin/health' },
  { name: 'sales', path: '/sales' },
  { name: 'sale', path: ({ sale }) => `/sales/${sale.id}` },
  { name: 'returns', path: '/returns' },
  { name: 'return', path: ({ oneReturn }) => oneReturn && `/returns/${oneReturn.id}` },
  { name: 'shifts', path: '/shifts' },
  { name: 'shift', path: ({ shift }) => `/shifts/${shift.id}` },
  { name: 'shift-closed', path: ({ closedShift }) => closedShift && `/shifts/${closedShift.id}` },
  { name: 'products', path: '/products' },
  { name: 'product', path: ({ goods }) => `/products/${goods[0].id}` },
  { name: 'product-new', path: '/products/new' },
  { name: 'categories', path: '/categories' },
  { name: 'import', path: '/import' },
  {
    name: 'import-columns',
    path: '/import',
    steps: async (page, at) => {
      const { list } = at;
      if (!list) return;
      await page
        .locator('input[type=file]')
        .setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer: readFileSync(list) });
      await button(page, at, 'import.preview').waitFor();
    },
  },
  {
    name: 'import-review',
    path: '/import',
    steps: async (page, at) => {
      const { list } = at;
      if (!list) return;
      await page
        .locator('input[type=file]')
        .setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer: readFileSync(list) });
      await button(page, at, 'import.preview').click();
      await button(page, at, 'import.run').waitFor();
      await still(page);
    },
  },
  { name: 'stock', path: '/stock' },
  {
    name: 'stock-adjust',
    path: '/stock',
    steps: async (page) => {
      await page.locator('[data-index]').first().locator('xpath=self::tr | .//button').first().click();
      await dialog(page)
        .waitFor()
        .catch(() => null);
    },
  },
  { name: 'adjustments', path: '/adjustments' },
  { name: 'customers', path: '/customers' },
  { name: 'users', path: '/users' },
  { name: 'user', path: ({ user }) => `/users/${user.id}` },
  { name: 'user-new', path: '/users/new' },
  { name: 'roles', path: '/roles' },
  { name: 'checklist', path: '/checklists' },
  { name: 'help', path: '/help' },
  { name: 'parts', path: '/dev/parts' },
  { name: 'settings', path: '/settings' },
  { name: 'tills', path: '/tills' },
  { name: 'devices', path: '/devices' },
  { name: 'printer', path: ({ printer }) => printer && `/devices?device=${printer.id}` },
  { name: 'terminal', path: ({ terminal }) => terminal && `/devices?device=${terminal.id}` },
  { name: 'office-link', path: '/office' },
  {
    name: 'menu',
    path: '/',
    steps: async (page) => {
      if (page.viewportSize().width <= PHONE_PX_MAX) await page.locator('header button').first().click();
      else await page.locator('header button').last().click();
      await still(page);
    },
  },
  {
    name: 'palette',
    path: '/',
    steps: async (page) => {
      await page.keyboard.press('Control+k');
      await dialog(page).waitFor();
      await typed(page, 'молоко');
      await still(page);
    },
  },
  {
    name: 'lock',
    path: '/till',
    steps: async (page, { send }) => {
      await send('POST', '/session/lock');
      await page.reload();
      await dialog(page).waitFor();
    },
    undo: async (_, { send, pin }) => {
      await send('POST', '/session/pin', { pin });
    },
  },
  { name: 'trust', path: '/trust' },
  { name: 'api-docs', path: '/api/docs' },
  { name: 'not-found', path: '/no-such-page' },
  { name: 'cashier-till', path: '/till', who: 'cashier' },
  { name: 'cashier-sales', path: '/sales', who: 'cashier' },
  { name: 'owner-home', path: '/', who: 'owner' },
  { name: 'sign-in', path: '/', who: null },
  { name: 'office-stores', path: '/office', who: 'office' },
  { name: 'office-store', path: ({ node }) => node && `/office/${node}`, who: 'office' },
  {
    name: 'office-sale',
    path: ({ node, officeSale }) => officeSale && `/office/${node}/sales/${officeSale}`,
    who: 'office',
  },
  { name: 'office-users', path: '/users', who: 'office' },
  { name: 'setup-language', path: '/', who: 'nobody-yet' },
  {
    name: 'setup-store',
    path: '/',
    who: 'nobody-yet',
    steps: async (page) => {
      await speakOn(page);
    },
  },
  {
    name: 'setup-admin',
    path: '/',
    who: 'nobody-yet',
    steps: async (page) => {
      await speakOn(page);
      await page.locator('input').first().fill('Дүкен');
      await page.keyboard.press('Enter');
    },
  },
  {
    name: 'setup-recovery',
    path: '/',
    who: 'nobody-yet',
    steps: async (page) => {
      await speakOn(page);
      await page.locator('input').first().fill('Дүкен «Береке»');
      await page.keyboard.press('Enter');
      for (const [index, text] of ['Айгүл', '+7 701 000 00 01', 'secret-1234'].entries()) {
        await page.locator('input').nth(index).fill(text);
      }
      await page.keyboard.press('Enter');
      await page.getByRole('checkbox').waitFor();
    },
  },
];
