/** Shops for the tests: a till with two goods, and one in which everything has happened once. */
import { line, openPage, receipt, say, scan } from './browser.mjs';
import { hubFor } from './hub.mjs';

export const MILK = '4870000000012';
export const BREAD = '4870000000029';

/** A till that stands open, with milk and bread to sell. */
export async function counter(t, options) {
  const hub = await hubFor(t);
  hub.milk = await hub.product('Сүт 3,2 % 1 л', 620, MILK);
  hub.bread = await hub.product('Батон нарезной', 260, BREAD);
  await hub.openShift();
  const page = await openPage(hub, { path: '/till', size: [1024, 768], ...options });
  await page.getByRole('textbox', { name: say('till.search') }).waitFor();
  return { hub, page };
}
/** Milk is set aside, bread is in the receipt. */
export async function milkWaits(page) {
  await scan(page, MILK);
  await line(page, 'Сүт').waitFor();
  await page.keyboard.press('F6');
  await page.getByText(say('till.empty_title')).waitFor();
  await scan(page, BREAD);
  await line(page, 'Батон').waitFor();
}
export const payButton = (page) => receipt(page).getByRole('button', { name: new RegExp(say('till.pay')) });
export const sold = (page) => page.getByText(/SAL-\d{4}-\d{6}/);

export const SCREENS = [
  '/',
  '/till',
  '/sales',
  '/returns',
  '/shifts',
  '/checklists',
  '/checklists?list=closing',
  '/checklists?list=weekly',
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
  '/help',
  '/dev/parts',
];

/** A small shop in which everything has happened once: what stands on its screens is the same every time. */
export async function livelyShop(t) {
  const hub = await hubFor(t);
  const dairy = await hub.call('POST', '/categories', { name: 'Молочное', color: '#6a5acd' });
  const milk = await hub.product('Сүт 3,2 % 1 л', 620, MILK, { category_id: dairy.id });
  const bread = await hub.product('Батон нарезной', 260, BREAD);
  await hub.call('POST', '/customers', { name: 'Асель', phone: '+7 702 555 11 22', note: '' });
  await hub.cashier();
  const shift = await hub.openShift();
  const sale = await hub.sell([
    [milk, 2],
    [bread, 1],
  ]);
  const back = await hub.call('POST', '/returns', {
    sale_id: sale.id,
    lines: [{ line: 1, quantity: '1' }],
    reason: 'Протекла упаковка',
  });
  const people = await hub.call('GET', '/users');
  hub.milk = milk;
  hub.bread = bread;
  hub.sale = sale;
  hub.screens = [
    ...SCREENS,
    `/products/${milk.id}`,
    `/sales/${sale.id}`,
    `/returns/${back.return.id}`,
    `/shifts/${shift.id}`,
    `/users/${people.items[0].id}`,
  ];
  return hub;
}
