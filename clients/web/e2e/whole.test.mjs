/**
 * The whole product on real input: a price list through the browser, a scanner's bytes, cash and Kaspi, paper read from
 * the printer's dots, another browser, the head office, the proof.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { closeBrowser, line, openPage, say, sum } from './browser.mjs';
import { missingDevices, startDevices } from './devices.mjs';
import { DATA, hubFor, program } from './hub.mjs';

after(closeBrowser);
const run = promisify(execFile);
const ORACLE = fileURLToPath(new URL('../../../tests/oracle/import_counts.py', import.meta.url));
const LIST = join(DATA, 'catalog', 'kz_store_1c_pricelist.csv');
const KAZAKH = 'Қазақ тілі ә ғ қ ң ө ұ ү һ і ₸';
const BANANA = { code: '4610082840836', name: 'Коктейль Чуда банан 200 мл', price: 450 };
const VANILLA = { code: '4607014826730', name: 'Коктейль Чуда ваниль 950 гр', price: 1215 };
const button = (page, name) => page.getByRole('button', { name, exact: true });

/** On paper nobody can tell these letters apart. */
const ALIKE = 'AАBВCСEЕHНIІKКMМOОPРTТXХaаcсeеiіoоpрxхyуhһЗ3';
const looks = (text) =>
  [...text.replace(/\s/g, ' ')].map((letter) => {
    const at = ALIKE.indexOf(letter);
    return at >= 0 && at % 2 === 0 ? ALIKE[at + 1] : letter;
  });
const onPaper = (lines, text) =>
  assert.ok(
    lines.some((one) => one.replace(/\s/g, ' ').includes(looks(text).join(''))),
    `no "${text}" on the paper:\n${lines.join('\n')}`,
  );

/** Waits for what a fetch shows in the end. */
async function until(what, ask) {
  for (let tries = 0; tries < 600; tries += 1) {
    const found = await ask();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited too long: ${what}`);
}

async function devicesFor(t) {
  const folder = mkdtempSync(join(tmpdir(), 'duken-whole-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const printer = ['--printer-tcp', '0'];
  const terminal = ['--terminal', '0', '--terminal-auto'];
  return startDevices(t, ...printer, ...terminal, '--scanner-pty', join(folder, 'scanner'));
}

/** Printer, terminal and scanner of the first till. */
async function equip(hub, told) {
  const device = (card) => hub.call('POST', '/devices', card);
  const printer = await device({
    ...{ kind: 'printer', name: 'Принтер', profile: 'simulator' },
    connection: { type: 'network', address: told.printers.lan.tcp },
  });
  const scanner = await device({
    ...{ kind: 'scanner', name: 'Сканер' },
    connection: { type: 'serial', path: told.scanner.pty, baud: 115_200 },
  });
  const terminal = await device({
    ...{ kind: 'terminal', name: 'Kaspi' },
    connection: { type: 'network', address: told.terminal.address },
    protection: {
      mode: 'https_authority',
      name: told.terminal.host,
      ca_pem: told.terminal.ca_pem,
    },
  });
  const till = (await hub.call('GET', '/tills'))[0];
  await hub.call('PUT', `/tills/${till.id}`, {
    ...till,
    ...{ printer_id: printer.id, scanner_id: scanner.id, terminal_id: terminal.id, drawer: true },
  });
  await hub.call('POST', `/devices/${terminal.id}/terminal/register`, { till_name: till.name });
  await until('the terminal', async () => {
    const all = await hub.call('GET', '/devices');
    return all.find((one) => one.id === terminal.id).state === 'ready';
  });
}

async function importList(hub, t) {
  const page = await openPage(hub, { path: '/import' });
  const uploaded = page.waitForResponse((response) => response.url().endsWith('/api/import'));
  await page.locator('input[type=file]').setInputFiles(LIST);
  const { id } = await (await uploaded).json();
  await button(page, say('import.preview')).click();
  await button(page, say('import.run')).click();
  await page.getByRole('heading', { name: say('import.done') }).waitFor({ timeout: 120_000 });
  const { counts } = await hub.call('GET', `/import/${id}`);
  const { stdout } = await run('python3', [ORACLE, LIST]);
  for (const [name, count] of Object.entries(JSON.parse(stdout)))
    assert.equal(counts[name], count, `import: ${name}`);
  t.diagnostic(`import: ${stdout.trim()}`);
}

test('a list, a scanner, money, paper, another screen, the head office, the proof', {
  skip: missingDevices,
}, async (t) => {
  const { told, control } = await devicesFor(t);
  const office = await hubFor(t, { role: 'office' });
  const hub = await hubFor(t);
  const settings = await hub.call('GET', '/settings');
  await hub.call('PUT', '/settings', {
    ...settings,
    receipt_fields: { ...settings.receipt_fields, thanks: KAZAKH },
  });
  await importList(hub, t);
  await equip(hub, told);
  await hub.openShift(10_000);

  const other = await openPage(hub, { path: '/sales' });
  await other.getByText(say('sale.none'), { exact: true }).waitFor();
  const page = await openPage(hub, { path: '/till', size: [1024, 768] });
  await page.getByRole('textbox', { name: say('till.search') }).waitFor();

  const scan = async ({ code, name }) => {
    await until('somebody listens to the scanner', async () => {
      const { outcome } = await control('POST', '/scanner/scan', { code });
      return outcome === 'sent';
    });
    await line(page, name).waitFor();
  };
  await scan(BANANA);
  await scan(VANILLA);
  await page.keyboard.press('F9');
  await page.getByText(say('payment.due')).waitFor();
  await page.keyboard.type('2000', { delay: 80 });
  await page.keyboard.press('Enter', { delay: 80 });
  await page.getByText(/SAL-\d{4}-\d{6}/).waitFor();
  await page.getByText(sum(335)).first().waitFor();
  await control('GET', '/printers/lan/receipts?count=1&wait_s=30');
  const cash = (await control('GET', '/printers/lan/receipts/1.read')).lines;
  for (const text of [BANANA.name, VANILLA.name, '450', '1 215', '1 665', '2 000', '335', KAZAKH])
    onPaper(cash, text);
  await until('the drawer opens', async () => (await control('GET', '/printers/lan')).drawer.open);
  await page.keyboard.press('Enter');
  await page.getByText(say('till.empty_title')).waitFor();

  await scan(BANANA);
  await page.keyboard.press('F9');
  await page.getByText(say('payment.due')).waitFor();
  await page.keyboard.press('F2');
  await page.getByText(say('payment.about.kaspi')).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText(/SAL-\d{4}-\d{6}/).waitFor();
  const { charges } = await control('GET', '/terminal');
  assert.deepEqual(
    charges.map((charge) => [charge.kind, Number(charge.amount)]),
    [['payment', BANANA.price]],
  );
  await control('GET', '/printers/lan/receipts?count=2&wait_s=30');
  const kaspi = (await control('GET', '/printers/lan/receipts/2.read')).lines;
  for (const text of [BANANA.name, 'Kaspi', '450']) onPaper(kaspi, text);
  assert.ok(!kaspi.join(' ').includes('Чуда ваниль'), 'the second receipt holds the second sale alone');

  // The other browser was not touched.
  await other
    .getByText(/SAL-\d{4}-000002/)
    .first()
    .waitFor();
  await other.getByText(sum(1665)).first().waitFor();

  const { code } = await office.call('POST', '/office/codes', { store_name: 'Дүкен' });
  await hub.call('POST', '/sync/enroll', { url: office.base, code });
  const store = await until('the head office has both sales', async () => {
    const stores = await office.call('GET', '/office/stores');
    return stores.find((one) => one.sales_count_today === 2);
  });
  assert.equal(store.sales_today.amount, '2115.00');
  const { items } = await office.call('GET', `/office/stores/${store.node}/sales`);
  const first = items.find((one) => one.number.endsWith('000001'));
  const sale = await office.call('GET', `/office/stores/${store.node}/sales/${first.id}`);
  assert.deepEqual(
    sale.lines.map((one) => [one.name, one.sum.amount]),
    [
      [BANANA.name, '450.00'],
      [VANILLA.name, '1215.00'],
    ],
  );
  const owner = await openPage(office, { path: '/office', till: false });
  await owner.getByText(sum(2115)).first().waitFor();

  for (const one of [hub, office]) {
    const { stdout } = await run(program('duken-hub', 'DUKEN_HUB_BIN'), [
      ...['verify', '--json', '--data', one.folder],
    ]);
    assert.equal(JSON.parse(stdout).holds, true, stdout);
  }
});
