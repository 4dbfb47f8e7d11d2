/** A browser as a shop has one: its screen, its language, a scanner that types. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { ADMIN, requestId } from './hub.mjs';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Time for a machine that is building something else at the same moment. */
const PATIENCE_MS = Number(process.env.PATIENCE_MS ?? 30_000);

let browser = null;
/** The browser of this file's tests; `more` are what one of them needs of it from the start. */
export async function launch(more = []) {
  if (more.length > 0) await closeBrowser();
  browser ??= chromium.launch({ executablePath: CHROMIUM, args: [...ARGS, ...more] });
  return await browser;
}
export async function closeBrowser() {
  await (await browser)?.close();
  browser = null;
}

const texts = {};
for (const language of ['ru', 'kk', 'en']) {
  const folder = new URL(`../src/i18n/${language}/`, import.meta.url);
  texts[language] = Object.fromEntries(
    readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => [name.slice(0, -5), JSON.parse(readFileSync(new URL(name, folder), 'utf8'))]),
  );
}

/** Every whole sentence and word of a language, those with values in them left out. */
export function textsOf(language) {
  const all = [];
  const collect = (tree) => {
    for (const text of Object.values(tree)) {
      if (typeof text !== 'string') collect(text);
      else if (!text.includes('{{')) all.push(text);
    }
  };
  collect(texts[language]);
  return all;
}

/** What the client says under a key, so that a better word breaks no test. */
export function say(key, values = {}, language = 'ru') {
  const text = key.split('.').reduce((tree, name) => tree?.[name], texts[language]);
  assert.equal(typeof text, 'string', `no text ${key}`);
  return text.replace(/\{\{(\w+)\}\}/g, (_, name) => values[name]);
}

/** A sum as the screen writes it, whatever spaces stand in it. */
export const sum = (amount) => {
  const digits = String(amount).replace(/\B(?=(\d{3})+$)/g, ' ');
  return new RegExp(`(?<![\\d\\s])${digits.replaceAll(' ', '\\s')}\\s?₸`);
};

/**
 * Opens a page of the hub. What goes wrong in it unseen (an exception, an error in the console, a request refused that
 * nobody expected) fails the test at its end; `mayRefuse` names the refusals that the test asks for.
 */
export async function openPage(hub, options = {}) {
  const { size = [1280, 800], path = '/', language = 'ru', as = ADMIN, till = true, scheme, scale } = options;
  const context = await (await launch()).newContext({
    viewport: { width: size[0], height: size[1] },
    locale: language,
    colorScheme: scheme,
    hasTouch: options.touch,
    // The kept shell is looked at by the test that asks for it: elsewhere every page comes from its hub.
    serviceWorkers: options.shell ? 'allow' : 'block',
    deviceScaleFactor: scale,
    reducedMotion: options.calm ? 'reduce' : undefined,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  watchRequests(page);
  const wrong = [];
  page.on('pageerror', (error) => wrong.push(`exception: ${error}`));
  page.on('console', (message) => {
    // Refusals are counted below, where their address is known.
    if (message.type() === 'error' && !message.text().includes('Failed to load resource')) {
      if (!(options.mayLoseHub && /WebSocket|ERR_|HTTP Auth/.test(message.text())))
        wrong.push(message.text());
    }
  });
  page.on('response', (response) => {
    const seen = `${response.status()} ${response.request().method()} ${new URL(response.url()).pathname}`;
    // Who is here is asked before anybody is; a cart may be asked for in the very moment when it is sold.
    const expected =
      seen === '401 GET /api/session' || /^404 (GET|POST) \/api\/carts\/\d+(\/complete)?$/.test(seen);
    if (response.status() >= 400 && !expected && !options.mayRefuse?.test(seen)) wrong.push(seen);
  });
  hub.pages.push(async () => {
    await context.close();
    assert.deepEqual(wrong, [], 'went wrong in the page unseen');
  });
  if (as) {
    const send = (method, path, data) =>
      page.request.fetch(`${hub.base}/api${path}`, {
        method,
        headers: { 'Idempotency-Key': requestId() },
        data,
      });
    await send('POST', '/session', { phone: as.phone, password: as.password });
    await send('PUT', '/session/language', { language });
    if (till && hub.till) await send('PUT', '/session/till', { till_id: hub.till });
  }
  await page.goto(`${hub.base}${path}`);
  return page;
}

const underWay = new WeakMap();
/** Counts what a page is fetching, for `still`. */
export function watchRequests(page) {
  const asked = new Set();
  underWay.set(page, asked);
  page.on('request', (request) => asked.add(request));
  for (const end of ['requestfinished', 'requestfailed']) page.on(end, (request) => asked.delete(request));
}

const REST_MS = 5000;
/**
 * The page has come to rest: nothing is being fetched, its face and pictures are there, and nothing in it has changed for
 * a moment. What goes on for ever, such as a spinner, is not waited for.
 */
export async function still(page) {
  const began = Date.now();
  do await quiet(page);
  while (underWay.get(page)?.size > 0 && Date.now() - began < REST_MS);
}

/** At rest, and nothing is still on its way: a screen that comes later than its frame has a spinner in its place. */
export async function shown(page) {
  await still(page);
  await page.waitForFunction(
    () => ![...document.querySelectorAll('.mantine-Loader-root')].some((loader) => loader.checkVisibility()),
  );
  await still(page);
}

const quiet = (page) =>
  page.evaluate(async (longest) => {
    const QUIET_MS = 120;
    const late = new Promise((resolve) => setTimeout(resolve, longest));
    const loading = [...document.images].filter(
      (image) =>
        !image.complete && image.checkVisibility() && image.getBoundingClientRect().top < window.innerHeight,
    );
    const pictures = loading.map((image) => image.decode().catch(() => null));
    await Promise.race([late, Promise.all([document.fonts.ready, ...pictures])]);
    const { promise: rest, resolve } = Promise.withResolvers();
    let quietFrom = setTimeout(resolve, QUIET_MS);
    const watch = new MutationObserver(() => {
      clearTimeout(quietFrom);
      quietFrom = setTimeout(resolve, QUIET_MS);
    });
    watch.observe(document.body, { childList: true, subtree: true, characterData: true });
    await Promise.race([late, rest]);
    watch.disconnect();
  }, REST_MS);

/** Letters of a Russian layout by their keys: what a page hears when a Latin code is typed with it. */
const RUSSIAN = Object.fromEntries(
  [...'QWERTYUIOPASDFGHJKLZXCVBNM'].map((letter, index) => [
    letter,
    [...'ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬ'][index],
  ]),
);

function keyOf(sign) {
  if (/\d/.test(sign)) return { key: sign, code: `Digit${sign}`, windowsVirtualKeyCode: sign.charCodeAt(0) };
  if (sign === '-') return { key: '-', code: 'Minus', windowsVirtualKeyCode: 189 };
  return { key: RUSSIAN[sign], code: `Key${sign}`, windowsVirtualKeyCode: sign.charCodeAt(0), modifiers: 8 };
}

/** The keys that a scanner presses for a code, as the browser is told of them. */
export const keysOf = (code) => [
  ...[...code].map(keyOf).map((key) => ({ ...key, text: key.key })),
  { key: 'Enter', code: 'Enter', text: '\r', windowsVirtualKeyCode: 13 },
];

/** A scanner that types: physical keys five milliseconds apart, with Enter at the end. */
export async function scan(page, code) {
  const session = await page.context().newCDPSession(page);
  const began = Date.now() / 1000;
  await Promise.all(
    keysOf(code).flatMap((key, index) => {
      const timestamp = began + index * 0.005;
      return [
        session.send('Input.dispatchKeyEvent', { type: 'keyDown', timestamp, ...key }),
        session.send('Input.dispatchKeyEvent', { type: 'keyUp', timestamp, ...key, text: undefined }),
      ];
    }),
  );
  await session.detach();
}

/** The receipt at the till's right side. */
export const receipt = (page) => page.getByRole('complementary', { name: say('till.receipt') });
export const line = (page, name) => receipt(page).locator('[data-line]').filter({ hasText: name });

/** A person at the keys: slower than any scanner. */
export const type = (page, text) => page.keyboard.type(text, { delay: 80 });
