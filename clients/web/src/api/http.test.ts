import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { get, resend, send } from './http';
import { requestId } from './ids';
import { hubLink } from './link';
import { all, askAs } from './outbox';
import { ApiError, HubSilent } from './problem';

const kept = new Map<string, string>();
const answer = (status: number, body: unknown) =>
  new Response(status === 204 ? null : JSON.stringify(body), { status });

describe('asking the hub', () => {
  const fetched = vi.fn<typeof fetch>();

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('fetch', fetched);
    vi.stubGlobal('localStorage', {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => kept.set(name, value),
    });
    kept.clear();
    fetched.mockReset();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('repeats a durable request under its own key until it is answered', async () => {
    fetched
      .mockRejectedValueOnce(new TypeError('network'))
      .mockResolvedValueOnce(answer(502, 'bad gateway'))
      .mockResolvedValueOnce(answer(200, { id: '1' }));
    const asked = send('POST', '/carts', { key: 'k1', body: {}, durable: true });
    await vi.advanceTimersByTimeAsync(0);
    expect(hubLink.get()).toEqual({ up: false, unanswered: 1 });
    expect(all().map((request) => request.key)).toEqual(['k1']);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await asked).toEqual({ id: '1' });
    const keys = fetched.mock.calls.map(([, init]) => new Headers(init?.headers).get('Idempotency-Key'));
    expect(keys).toEqual(['k1', 'k1', 'k1']);
    expect(hubLink.get()).toEqual({ up: true, unanswered: 0 });
    expect(all()).toEqual([]);
  });

  it('does not repeat a refusal', async () => {
    fetched.mockResolvedValueOnce(answer(409, { code: 'sale.no_shift', title: '', status: 409 }));
    const asked = send('POST', '/carts', { key: 'k2', body: {}, durable: true });
    await expect(asked).rejects.toMatchObject({ problem: { code: 'sale.no_shift' } });
    await expect(asked).rejects.toBeInstanceOf(ApiError);
    expect(all()).toEqual([]);
  });

  it('keeps what an earlier page asked until somebody is signed in, under its first key and person', async () => {
    askAs('aida');
    const request = { key: 'k3', method: 'POST', address: '/api/products', body: { name: 'x' } } as const;
    fetched.mockResolvedValueOnce(answer(401, { code: 'session.missing', title: '', status: 401 }));
    await resend(request);
    expect(all()).toMatchObject([{ key: 'k3', by: 'aida' }]);
    fetched.mockResolvedValueOnce(answer(200, {}));
    const [kept] = all();
    if (kept) await resend(kept);
    expect(fetched.mock.calls.length).toBe(2);
    expect(all()).toEqual([]);
  });

  it('says at once when a reading is not answered', async () => {
    fetched.mockRejectedValueOnce(new TypeError('network'));
    await expect(get('/till')).rejects.toBeInstanceOf(HubSilent);
  });
});

describe('a request id', () => {
  it('is a UUIDv7 that carries its time', () => {
    const id = requestId(0x0123456789ab);
    expect(id).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(requestId()).not.toBe(requestId());
  });
});
