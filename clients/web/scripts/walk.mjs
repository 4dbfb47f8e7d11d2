/**
 * Walks every screen of a running demo (`./dev run`) in each size, theme and language, takes a picture of each and says
 * what a program can see to be wrong with it: horizontal scroll, cut texts, texts of another language, raw codes.
 *
 *   npm run walk -- [--port 7070] [--out DIR] [--sizes 1920x1080,1024x768,360x760] [--schemes light,dark]
 *                   [--languages ru,kk] [--only till,pay] [--list FILE.csv]
 *
 * Beside the pictures it writes sheets of them (sheet-….png), to be looked at together.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { closeBrowser, launch, say, shown, textsOf, watchRequests } from '../e2e/browser.mjs';
import { DATA, Hub, requestId } from '../e2e/hub.mjs';
import { judge } from './walk/judge.mjs';
import { SCREENS } from './walk/screens.mjs';
import { sheets } from './walk/sheets.mjs';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '7070' },
    out: { type: 'string', default: join(tmpdir(), 'walk') },
    sizes: { type: 'string', default: '1920x1080,1024x768,360x760' },
    schemes: { type: 'string', default: 'light,dark' },
    languages: { type: 'string', default: 'ru,kk' },
    only: { type: 'string', default: '' },
    list: { type: 'string', default: join(DATA, 'catalog', 'kz_store_1c_pricelist.csv') },
  },
});
/** What is called so in every language: languages, and the store and people of the demo. */
const OWN_NAMES = [
  ...['Русский', 'Қазақша', 'English'],
  ...['ru', 'kk', 'en'].flatMap((language) => [
    say('setup.demo_name', {}, language),
    say('setup.demo_admin', {}, language),
  ]),
];
const PASSWORD = 'duken-2026';
const PEOPLE = {
  admin: { phone: '+7 701 100 00 01', pin: '7001' },
  owner: { phone: '+7 701 100 00 02', pin: '7002' },
  cashier: { phone: '+7 701 100 00 05', pin: '1111' },
  office: { phone: '+7 701 200 00 01', pin: '8001' },
};
const store = `http://127.0.0.1:${options.port}`;
const office = `http://127.0.0.1:${Number(options.port) + 1}`;

function sender(context, base) {
  return async (method, path, data) => {
    const answer = await context.request.fetch(`${base}/api${path}`, {
      method,
      headers: { 'Idempotency-Key': requestId(), 'Accept-Language': 'ru' },
      data,
    });
    const text = await answer.text();
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
}

/** What the addresses of the screens are made of. */
async function places(send) {
  const first = async (path) => (await send('GET', path)).items[0];
  const tills = await send('GET', '/tills');
  await send('PUT', '/session/till', { till_id: tills[0].id });
  if ((await send('GET', '/till')).shift === null) {
    await send('POST', '/shifts', { till_id: tills[0].id, counted: { amount: '20000.00', currency: 'KZT' } });
  }
  const goods = (await send('GET', '/products?limit=60')).items.filter(
    (one) => one.price && Number(one.stock) > 9,
  );
  const customers = (await send('GET', '/customers?limit=2')).items;
  const sales = (await send('GET', '/sales?kind=sale&limit=50')).items;
  const shifts = (await send('GET', '/shifts')).items;
  const devices = await send('GET', '/devices');
  const users = await send('GET', '/users');
  return {
    goods,
    customers,
    sale: sales.find((one) => one.state === 'completed') ?? sales[0],
    oneReturn: await first('/sales?kind=return&limit=1'),
    shift: shifts.find((one) => one.state === 'open'),
    closedShift: shifts.find((one) => one.state === 'closed'),
    printer: devices.find((one) => one.kind === 'printer'),
    terminal: devices.find((one) => one.kind === 'terminal'),
    user: (users.items ?? users)[1],
    till: tills[0].id,
    list: existsSync(options.list) ? options.list : null,
  };
}

async function officePlaces(send) {
  const stores = await send('GET', '/office/stores');
  const node = (stores.items ?? stores)[0]?.node;
  const sales = node ? (await send('GET', `/office/stores/${node}/sales`)).items : [];
  return { node, officeSale: sales[0]?.id };
}

mkdirSync(options.out, { recursive: true });
const wanted = options.only.split(',').filter(Boolean);
const screens = SCREENS.filter(
  ({ name }) => wanted.length === 0 || wanted.some((part) => name.startsWith(part)),
);
const report = [];
const pictures = [];

for (const language of options.languages.split(','))
  for (const scheme of options.schemes.split(','))
    for (const size of options.sizes.split(',')) {
      const [width, height] = size.split('x').map(Number);
      for (const who of new Set(screens.map((screen) => (screen.who === undefined ? 'admin' : screen.who)))) {
        const empty = who === 'nobody-yet' ? await new Hub().start() : null;
        const base = who === 'office' ? office : (empty?.base ?? store);
        const context = await (await launch()).newContext({
          viewport: { width, height },
          locale: language,
          colorScheme: scheme,
          reducedMotion: 'reduce',
        });
        context.setDefaultTimeout(15_000);
        const send = sender(context, base);
        let at = { send, language, pin: PEOPLE[who]?.pin, goods: [] };
        if (PEOPLE[who]) {
          await send('POST', '/session', { phone: PEOPLE[who].phone, password: PASSWORD });
          await send('PUT', '/session/language', { language });
          if (who === 'office') at = { ...at, ...(await officePlaces(send)) };
          else if (who === 'admin') at = { ...at, ...(await places(send)) };
          else if (who === 'cashier') {
            const till = (await send('GET', '/session/tills').catch(() => null))?.[0]?.id;
            await send('PUT', '/session/till', { till_id: till ?? globalThis.till }).catch(() => null);
          }
          if (at.till) globalThis.till = at.till;
        }
        for (const screen of screens.filter((one) => (one.who === undefined ? 'admin' : one.who) === who)) {
          const path = typeof screen.path === 'function' ? screen.path(at) : screen.path;
          if (!path) continue;
          const label = `${screen.name} ${size} ${scheme} ${language}`;
          const page = await context.newPage();
          watchRequests(page);
          const wrong = [];
          page.on('pageerror', (error) => wrong.push(`exception: ${error}`));
          page.on('response', (answer) => {
            if (answer.status() >= 500) wrong.push(`${answer.status()} ${answer.url()}`);
          });
          try {
            await page.goto(`${base}${path}`);
            await page.locator('h1, [data-search], main, form').first().waitFor();
            await shown(page);
            await screen.steps?.(page, at);
            await shown(page);
          } catch (error) {
            wrong.push(`not reached: ${String(error).split('\n')[0]}`);
          }
          const file = join(options.out, `${screen.name}_${width}_${scheme}_${language}.png`);
          await page.screenshot({ path: file });
          pictures.push({ file, name: screen.name, size, scheme, language });
          const foreign = textsOf(language === 'ru' ? 'kk' : 'ru').filter(
            (text) => !textsOf(language).includes(text),
          );
          const judged = await page
            .evaluate(judge, { foreign, ignored: OWN_NAMES })
            .catch((error) => [String(error)]);
          for (const words of [...wrong, ...judged]) report.push(`${label}: ${words}`);
          await screen
            .undo?.(page, at)
            .catch((error) => report.push(`${label}: undo: ${String(error).split('\n')[0]}`));
          await page.close();
        }
        await context.close();
        await empty?.stop();
      }
    }
writeFileSync(join(options.out, 'report.txt'), `${report.join('\n')}\n`);
console.log(report.join('\n'));
await sheets(pictures, options.out);
await closeBrowser();
console.log(`${pictures.length} pictures in ${options.out}, ${report.length} remarks`);
