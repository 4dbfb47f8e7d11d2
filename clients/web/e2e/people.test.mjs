import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser, line, openPage, say, type } from './browser.mjs';
import { ADMIN, CASHIER, hubFor } from './hub.mjs';

after(closeBrowser);
const button = (page, name) => page.getByRole('button', { name, exact: true });

test('the first run makes a shop that can sell', async (t) => {
  const hub = await hubFor(t, { setUp: false });
  const page = await openPage(hub, { as: null });
  await button(page, 'Русский').click();
  await page.getByLabel(say('settings.name')).fill('Дүкен «Береке»');
  await page.getByLabel(say('settings.bin')).fill('123456789012');
  await button(page, say('common.next')).click();
  await page.getByLabel(say('user.name')).fill(ADMIN.name);
  await page.getByLabel(say('user.phone')).fill(ADMIN.phone);
  await page.getByLabel(say('user.password')).fill(ADMIN.password);
  await page.getByLabel(say('user.pin')).fill(ADMIN.pin);
  await button(page, say('setup.create')).click();
  await page.getByRole('heading', { name: say('recovery.title') }).waitFor();
  assert.equal(await page.locator('ol[class*=words] li').count(), 24);
  await page.getByRole('img', { name: say('recovery.qr') }).waitFor();
  assert.ok(await button(page, say('common.next')).isDisabled(), 'the sheet is not left before it is kept');
  await page.getByLabel(say('recovery.kept')).check();
  await button(page, say('common.next')).click();
  await page.getByRole('heading', { name: say('setup.ready') }).waitFor();
  await button(page, say('setup.to_till')).click();
  await page.getByRole('heading', { name: say('till.which') }).waitFor();
  const state = await hub.call('GET', '/setup');
  assert.equal(state.state, 'ready');
});

test('one button of the first run makes a demo store, and says how far it is', async (t) => {
  const hub = await hubFor(t, { setUp: false });
  const page = await openPage(hub, { as: null });
  await button(page, 'Русский').click();
  await page.getByRole('button', { name: say('setup.demo') }).click();
  // Nothing was asked: who holds the store is named, the password is shown once.
  const [, password] = /([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})/.exec(
    await page
      .getByRole('alert')
      .filter({ hasText: say('setup.demo_yours') })
      .textContent(),
  );
  await hub.call('POST', '/session', { phone: '+7 701 100 00 01', password });
  await page
    .getByText(say('setup.demo_leave'))
    .or(page.getByText(say('setup.demo_done')))
    .waitFor();
  await page.getByText(say('setup.demo_done')).waitFor({ timeout: 120_000 });
  await button(page, say('setup.to_home')).click();
  await page.getByRole('heading', { name: say('menu.home') }).waitFor();
  await page
    .getByText(/SAL-\d{4}-\d{6}/)
    .first()
    .waitFor();
});

test('the button of the demo store is seen without scrolling on the screen of a till', async (t) => {
  const hub = await hubFor(t, { setUp: false });
  for (const language of ['ru', 'kk', 'en']) {
    const page = await openPage(hub, { as: null, language, size: [1024, 768] });
    await page.locator(`main button[lang="${language}"]`).click();
    const demo = page.getByRole('button', { name: say('setup.demo', {}, language) });
    await demo.waitFor();
    const { y, height } = await demo.boundingBox();
    assert.ok(y + height <= 768, `${language}: ends at ${y + height}`);
  }
});

test('a newcomer goes from an empty hub to the first sale', async (t) => {
  const hub = await hubFor(t, { setUp: false });
  const page = await openPage(hub, { as: null });
  await button(page, 'Русский').click();
  await page.getByLabel(say('settings.name')).fill('Дүкен «Береке»');
  await button(page, say('common.next')).click();
  await page.getByLabel(say('user.name')).fill(ADMIN.name);
  await page.getByLabel(say('user.phone')).fill(ADMIN.phone);
  await page.getByLabel(say('user.password')).fill(ADMIN.password);
  await button(page, say('setup.create')).click();
  await page.getByLabel(say('recovery.kept')).check();
  await button(page, say('common.next')).click();
  await button(page, say('setup.bring_goods')).click();
  // The steps go along over the pages.
  const guide = page.getByRole('navigation', { name: say('guide.title') });
  const list = 'Наименование;Цена;Штрихкод\nЧай «Пиала»;1250;4870001234569\n';
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'goods.csv', mimeType: 'text/csv', buffer: Buffer.from(list) });
  await button(page, say('import.preview')).click();
  await button(page, say('import.run')).click();
  await guide
    .locator('[data-done]')
    .filter({ hasText: say('guide.goods') })
    .waitFor();
  await guide.getByRole('link', { name: say('guide.devices') }).click();
  await page.getByRole('heading', { name: say('menu.devices') }).waitFor();
  await guide.getByRole('link', { name: say('guide.sale') }).click();
  await page.getByRole('heading', { name: say('till.which') }).waitFor();
  await hub.call('POST', '/session', { phone: ADMIN.phone, password: ADMIN.password });
  const [till] = await hub.call('GET', '/tills');
  await button(page, till.name).click();
  await button(page, say('shift.open')).click();
  const shelf = page.getByRole('button', { name: /Чай «Пиала»/ }).first();
  await shelf.click();
  await line(page, 'Чай').waitFor();
  await page.keyboard.press('F9');
  await page.getByText(say('payment.due')).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText(/SAL-\d{4}-\d{6}/).waitFor();
  const sales = await hub.call('GET', '/sales');
  assert.equal(sales.totals.sales_count, 1);
});

test('sign-in says what is wrong, then lets in; lock and PIN keep the page; another person takes over', async (t) => {
  const hub = await hubFor(t);
  await hub.cashier();
  const page = await openPage(hub, {
    as: null,
    path: '/products',
    mayRefuse: /^(401|403|422) POST \/api\/session/,
  });
  await page.getByLabel(say('sign_in.phone')).fill(ADMIN.phone);
  await page.locator('input[type=password]').fill('wrong-password');
  await button(page, say('sign_in.enter')).click();
  await page.getByText('Неверный телефон или пароль').waitFor();
  await page.locator('input[type=password]').fill(ADMIN.password);
  await button(page, say('sign_in.enter')).click();
  await page.getByRole('heading', { name: say('menu.products') }).waitFor();

  const menu = page.getByRole('button', { name: say('frame.user_menu', { name: ADMIN.name }) });
  await menu.click();
  await page.getByRole('menuitem', { name: say('frame.lock') }).click();
  const cover = page.getByRole('dialog', { name: say('lock.title') });
  await cover.waitFor();
  await type(page, '9999');
  await page.keyboard.press('Enter');
  await cover.getByText('Неверный ПИН-код').waitFor();
  await type(page, ADMIN.pin);
  await page.keyboard.press('Enter');
  await cover.waitFor({ state: 'detached' });
  await page.getByRole('heading', { name: say('menu.products') }).waitFor();

  await menu.click();
  await page.getByRole('menuitem', { name: say('frame.lock') }).click();
  await button(cover, say('lock.other')).click();
  await cover.getByRole('button', { name: CASHIER.name }).click();
  await type(page, CASHIER.pin);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: say('frame.user_menu', { name: CASHIER.name }) }).waitFor();
});

test('the language changes at once, everywhere, and stays', async (t) => {
  const hub = await hubFor(t);
  const page = await openPage(hub, { path: '/admin/health' });
  let before = 'ru';
  // The last is said by the hub: it is asked anew.
  for (const [language, name, verified] of [
    ['kk', 'Қазақша', 'Кітаптар әлі тексерілмеген'],
    ['en', 'English', 'The books have not been verified yet'],
    ['ru', 'Русский', 'Книги ещё не проверялись'],
  ]) {
    await page
      .getByRole('button', { name: say('frame.user_menu', { name: ADMIN.name }, before), exact: true })
      .click();
    before = language;
    await page.getByRole('menuitem', { name }).click();
    await page.getByRole('heading', { name: say('menu.health', {}, language) }).waitFor();
    await page.getByText(verified).waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), language);
    await page.reload();
    await page.getByRole('heading', { name: say('menu.health', {}, language) }).waitFor();
  }
});

test('a person is added, gets a right, and signs in', async (t) => {
  const hub = await hubFor(t);
  const page = await openPage(hub, { path: '/users/new' });
  await page.getByLabel(say('user.name')).fill('Ербол');
  await page.getByLabel(say('user.phone')).fill('+7 701 000 00 07');
  await page
    .locator('.mantine-MultiSelect-root')
    .filter({ hasText: say('user.roles') })
    .locator('.mantine-MultiSelect-input')
    .click();
  await page.getByRole('option', { name: 'Кассир' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('combobox', { name: say('user.extra') }).fill(say('right.catalog.edit'));
  await page.getByRole('option', { name: say('right.catalog.edit') }).click();
  await page.keyboard.press('Escape');
  await page.getByLabel(say('user.first_password')).fill('secret-9876');
  await button(page, say('common.save')).click();
  await page.getByText(say('common.saved')).waitFor();
  const users = (await hub.call('GET', '/users')).items;
  const made = users.find((user) => user.name === 'Ербол');
  assert.deepEqual(
    made.extra_permissions.map((grant) => grant.permission),
    ['catalog.edit'],
  );
  const other = await openPage(hub, {
    as: { name: 'Ербол', phone: '+7 701 000 00 07', password: 'secret-9876' },
    path: '/products',
  });
  await other.getByRole('heading', { name: say('menu.products') }).waitFor();
});
