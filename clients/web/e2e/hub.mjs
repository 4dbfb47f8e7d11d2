/** A real hub on a folder of its own, driven as a user's browser would drive it: through its API. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** A program of the workspace: named by the environment, else from a target folder. */
export function program(name, variable) {
  const named = process.env[variable];
  if (named) return named;
  const targets = [process.env.CARGO_TARGET_DIR, join(ROOT, 'target')].filter(Boolean);
  const found = targets
    .flatMap((target) => ['debug', 'release'].map((kind) => join(target, kind, name)))
    .find((path) => existsSync(path));
  return found ?? null;
}

export const DATA = process.env.DUKEN_DATA ?? join(ROOT, '..', 'shared', 'data');

/** UUIDv7, as the hub wants its requests named. */
export function requestId() {
  const hex = Date.now().toString(16).padStart(12, '0') + randomBytes(10).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Starts a program that says in one line of JSON that it is ready. */
export function startProgram(path, args) {
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const log = [];
  child.stderr.on('data', (data) => log.push(String(data)));
  const over = new Promise((resolve) => child.once('exit', resolve));
  const ready = new Promise((resolve, reject) => {
    child.once('error', reject);
    createInterface(child.stdout).on('line', (line) => {
      log.push(`${line}\n`);
      if (line.startsWith('{"')) resolve(JSON.parse(line));
    });
    void over.then((code) => reject(new Error(`${path} ended with ${code}:\n${log.join('')}`)));
  });
  // A test that fails before it ends its programs must not wait for them.
  const held = [child, child.stdout, child.stderr];
  const left = () => child.kill('SIGKILL');
  process.once('exit', left);
  void over.then(() => process.off('exit', left));
  void ready.then(
    () => held.forEach((one) => void one.unref()),
    () => null,
  );
  const end = async (signal) => {
    for (const one of held) one.ref();
    child.kill(signal);
    await over;
  };
  return { ready, end, log };
}

export const ADMIN = { name: 'Айгүл', phone: '+7 701 000 00 01', password: 'secret-1234', pin: '1234' };
export const CASHIER = { name: 'Данияр', phone: '+7 701 000 00 02', password: 'secret-5678', pin: '5678' };
export const tenge = (amount) => ({ amount: String(amount), currency: 'KZT' });

export class Hub {
  constructor(role = 'store') {
    this.role = role;
    this.folder = mkdtempSync(join(tmpdir(), 'duken-e2e-'));
    this.cookie = '';
    /** What closes the pages that are open on this hub: they go before it does. */
    this.pages = [];
  }

  async start() {
    const path = program('duken-hub', 'DUKEN_HUB_BIN');
    if (path === null) throw new Error('there is no duken-hub: build it or name it in DUKEN_HUB_BIN');
    const address = this.base ? new URL(this.base).host : '127.0.0.1:0';
    this.running = startProgram(path, ['--role', this.role, '--data', this.folder, '--http', address]);
    this.base = (await this.running.ready).http;
    return this;
  }

  kill() {
    return this.running.end('SIGKILL');
  }

  async stop() {
    await this.running.end('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }

  async call(method, path, body) {
    const response = await fetch(`${this.base}/api${path}`, {
      method,
      headers: {
        'Accept-Language': 'ru',
        ...(this.cookie ? { Cookie: this.cookie } : {}),
        ...(method === 'GET' ? {} : { 'Idempotency-Key': requestId() }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const set = response.headers.get('set-cookie');
    if (set) this.cookie = set.split(';')[0];
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  /** A store with an administrator and a till; the device of this API user works as that till. */
  async setUp() {
    await this.call('POST', '/setup', {
      language: 'ru',
      store: { name: 'Дүкен', zone: 'Asia/Almaty', currency: 'KZT', bin: '123456789012' },
      admin: ADMIN,
    });
    if (this.role === 'office') return this;
    this.till = (await this.call('GET', '/tills'))[0].id;
    await this.call('PUT', '/session/till', { till_id: this.till });
    return this;
  }

  openShift(cash = 10_000) {
    return this.call('POST', '/shifts', { till_id: this.till, counted: tenge(cash) });
  }

  async product(name, price, barcode, more = {}) {
    const product = await this.call('POST', '/products', {
      kind: 'product',
      name,
      unit: 'pcs',
      barcodes: barcode ? [barcode] : [],
      price: price === null ? null : tenge(price),
      ...more,
    });
    await this.call('POST', '/stock/adjustments', {
      product_id: product.id,
      kind: 'opening',
      quantity: '50',
      reason: 'начало',
    });
    return product;
  }

  async cashier() {
    const role = (await this.call('GET', '/roles')).find((other) => other.built_in === 'cashier');
    return this.call('POST', '/users', { ...CASHIER, role_ids: [role.id] });
  }

  /** A whole sale for cash in one request. */
  async sell(lines) {
    const total = lines.reduce((sum, [product, quantity]) => sum + product.price.amount * quantity, 0);
    return this.call('POST', '/sales', {
      lines: lines.map(([product, quantity]) => ({
        product_id: product.id,
        quantity: String(quantity),
      })),
      payments: [{ method: 'cash', amount: tenge(total.toFixed(2)) }],
      print: false,
    });
  }
}

/** A hub that is set up and ends with the test. */
export async function hubFor(test, { setUp = true, role = 'store' } = {}) {
  const hub = new Hub(role);
  test.after(async () => {
    const wrong = await Promise.allSettled(hub.pages.map((close) => close()));
    await hub.stop();
    for (const { reason } of wrong) if (reason) throw reason;
  });
  await hub.start();
  if (setUp) await hub.setUp();
  return hub;
}
