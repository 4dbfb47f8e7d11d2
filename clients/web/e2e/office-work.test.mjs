import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { closeBrowser, openPage, say, scan, sum } from './browser.mjs';
import { DATA, hubFor } from './hub.mjs';

after(closeBrowser);
/** A photo, drawn by the browser itself. */
async function picture(page) {
  const data = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = 64;
    canvas.height = 64;
    const paint = canvas.getContext('2d');
    paint.fillStyle = 'teal';
    paint.fillRect(8, 8, 48, 48);
    return canvas.toDataURL('image/png').split(',')[1];
  });
  return Buffer.from(data, 'base64');
}
const button = (page, name) => page.getByRole('button', { name, exact: true });

test('a return by the number of the receipt', async (t) => {
  const hub = await hubFor(t);
  const milk = await hub.product('Сүт 3,2 % 1 л', 620, '4870000000012');
  await hub.openShift();
  const sale = await hub.sell([[milk, 3]]);
  const page = await openPage(hub, { path: '/till' });
  await page.getByRole('textbox', { name: say('till.search') }).waitFor();
  await page.keyboard.press('F7');
  const flow = page.getByRole('dialog');
  await flow.getByLabel(say('return.number')).fill(sale.number);
  await button(flow, say('return.find')).click();
  await flow.getByLabel(say('return.quantity', { name: milk.name })).fill('2');
  await flow.getByText(sum(1240)).first().waitFor();
  await flow.getByLabel(say('return.reason')).fill('Брак');
  await button(flow, say('return.make')).click();
  await flow.getByText(/RET-\d{4}-\d{6}/).waitFor();
  await button(flow, say('common.done')).click();
  await page.goto(`${hub.base}/sales/${sale.id}`);
  await page.getByText(say('sale.state.returned_in_part')).first().waitFor();
  await page.goto(`${hub.base}/returns`);
  await page.getByText(/RET-\d{4}-\d{6}/).click();
  await page.getByText('Брак').waitFor();
});

test('a shift: opened with counted cash, cash in and out, closed with a difference explained', async (t) => {
  const hub = await hubFor(t);
  const milk = await hub.product('Сүт 3,2 % 1 л', 620, '4870000000012');
  const page = await openPage(hub, { path: '/till' });
  const counted = page.getByLabel(say('shift.cash_counted'));
  await counted.and(page.locator(':focus')).waitFor();
  await scan(page, '4870000000012');
  await page.getByText(say('scan.no_shift', { code: '4870000000012' })).waitFor();
  assert.equal(await counted.inputValue(), '');
  await counted.fill('10000');
  await button(page, say('shift.open')).click();
  await page.getByRole('textbox', { name: say('till.search') }).waitFor();
  await hub.sell([[milk, 2]]);

  await page.keyboard.press('F8');
  const panel = page.getByRole('dialog');
  await panel.getByText(say('shift.cash_in'), { exact: true }).last().click();
  await panel.getByLabel(say('common.sum')).fill('5000');
  await panel.getByLabel(say('common.reason')).fill('Размен');
  await button(panel, say('shift.cash_in_do')).click();
  await panel.getByText('Размен').waitFor();
  await panel.getByText(sum(16240)).first().waitFor();

  await panel.getByText(say('shift.close'), { exact: true }).first().click();
  const expected = panel.getByText(say('shift.expected'), { exact: true });
  await expected.waitFor({ state: 'detached' });
  assert.equal(await panel.getByText(sum(16240)).count(), 0, 'who counts does not see what should be there');
  await panel.getByLabel(say('shift.cash_counted')).fill('16200');
  await expected.waitFor();
  await panel.getByText(say('shift.short')).waitFor();
  await panel.getByLabel(say('shift.explanation')).fill('Недодали сдачу');
  await panel.locator('button[type=submit]').click();
  await panel.getByText(say('shift.closed_done')).first().waitFor();
  await button(panel, say('common.done')).click();
  await page.getByText(say('shift.open_title')).first().waitFor();
  const { items } = await hub.call('GET', '/shifts');
  assert.equal(items[0].state, 'closed');
  assert.equal(items[0].difference.amount, '-40.00');
});

test('the real price list is imported, and a second time changes nothing', async (t) => {
  const file = join(DATA, 'catalog', 'kz_store_1c_pricelist.csv');
  assert.ok(existsSync(file), `no price list at ${file}: set DUKEN_DATA`);
  const hub = await hubFor(t);
  const page = await openPage(hub, { path: '/import' });
  const bring = async () => {
    await page.locator('input[type=file]').setInputFiles(file);
    // Each step stands in the address: a reload loses none of it.
    await button(page, say('import.preview')).waitFor();
    await page.reload();
    await button(page, say('import.preview')).click();
    await button(page, say('import.run')).waitFor();
    await page.reload();
    await button(page, say('import.run')).click();
    await page.getByRole('heading', { name: say('import.done') }).waitFor({ timeout: 120_000 });
    await page.reload();
    await page.getByRole('heading', { name: say('import.done') }).waitFor();
  };
  await bring();
  const count = async () => (await hub.call('GET', '/products?limit=1')).items.length;
  assert.equal(await count(), 1);
  await button(page, say('import.again')).click();
  await page.locator('input[type=file]').setInputFiles(file);
  await button(page, say('import.preview')).click();
  const figure = (name) =>
    page
      .locator('dl, ul, div')
      .filter({ hasText: say(`import.count.${name}`) })
      .last();
  await figure('create').waitFor();
  assert.match((await figure('create').textContent()).replace(/\s/g, ''), /(^|\D)0(\D|$)/);
  await page.goto(`${hub.base}/products`);
  await page.getByRole('row').nth(1).waitFor();
});

test('a good is made, gets a picture and another price, and remembers both', async (t) => {
  const hub = await hubFor(t);
  const page = await openPage(hub, { path: '/products/new' });
  await page.getByRole('textbox', { name: say('product.name'), exact: true }).fill('Айран 0,5 л');
  await page.getByRole('textbox', { name: say('product.price'), exact: true }).fill('390');
  await scan(page, '4870000000043');
  await button(page, say('common.save')).click();
  await page.getByRole('heading', { name: 'Айран 0,5 л' }).waitFor();
  await page.locator('input[type=file]').setInputFiles({
    name: 'photo.png',
    mimeType: 'image/png',
    buffer: await picture(page),
  });
  await page.locator('img[src*="/api/files/"]').first().waitFor();
  await page.getByRole('textbox', { name: say('product.price'), exact: true }).fill('410');
  await button(page, say('common.save')).click();
  await page.getByText(sum(410)).first().waitFor();
  const { items } = await hub.call('GET', '/products?barcode=4870000000043');
  assert.equal(items[0].price.amount, '410.00');
  assert.equal(items[0].photo_hashes.length, 1);
});

test('goods come back without a receipt, by right and with a reason', async (t) => {
  const hub = await hubFor(t);
  const milk = await hub.product('Сүт 3,2 % 1 л', 620, '4870000000012');
  await hub.openShift();
  const page = await openPage(hub, { path: '/till' });
  await page.getByRole('textbox', { name: say('till.search') }).waitFor();
  await page.keyboard.press('F7');
  const flow = page.getByRole('dialog');
  await flow.getByText(say('return.without_receipt'), { exact: true }).first().click();
  await flow.getByLabel(say('return.what')).waitFor();
  await scan(page, '4870000000012');
  await flow.getByLabel(say('return.price_of', { name: milk.name })).fill('600');
  await flow.getByText(sum(600)).first().waitFor();
  assert.ok(await button(flow, say('return.make')).isDisabled(), 'the trail wants a reason');
  await button(flow, say('return.why.defect')).click();
  await button(flow, say('return.make')).click();
  await flow.getByText(/RET-\d{4}-\d{6}/).waitFor();
  const { items } = await hub.call('GET', '/sales?kind=return');
  assert.equal(items[0].total.amount, '600.00');
});

test('a list leaves as a workbook that the hub itself can read', async (t) => {
  const hub = await hubFor(t);
  await hub.product('Сүт 3,2 % 1 л', 620, '4870000000012');
  await hub.product('=Батон & «нарезной» <1>', 260, '4870000000029');
  const page = await openPage(hub, { path: '/stock' });
  await page.getByText('Сүт').first().waitFor();
  const save = async (kind) => {
    await page.getByRole('button', { name: say('table.export') }).click();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: kind }).click(),
    ]);
    return readFileSync(await file.path());
  };
  const csv = (await save('CSV')).toString('utf8');
  assert.ok(csv.startsWith('\ufeff') && csv.includes(';620;') && csv.includes(`"'=`) === false);
  assert.ok(csv.includes("'=Батон"), 'no spreadsheet takes a name for a formula');
  const workbook = await save('Excel');
  await page.goto(`${hub.base}/import`);
  await page.locator('input[type=file]').setInputFiles({
    name: 'stock.xlsx',
    mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    buffer: workbook,
  });
  await page.getByText('=Батон & «нарезной» <1>').first().waitFor();
  await page.getByText(say('product.name'), { exact: true }).first().waitFor();
});
