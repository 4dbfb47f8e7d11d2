/** A small shop in which everything has happened once: what stands on its screens is the same every time. */
import { hubFor } from './hub.mjs';

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

export async function livelyShop(t) {
  const hub = await hubFor(t);
  const dairy = await hub.call('POST', '/categories', { name: 'Молочное', color: '#6a5acd' });
  const milk = await hub.product('Сүт 3,2 % 1 л', 620, '4870000000012', { category_id: dairy.id });
  const bread = await hub.product('Батон нарезной', 260, '4870000000029');
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
