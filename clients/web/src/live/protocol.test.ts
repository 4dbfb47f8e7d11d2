import { describe, expect, it } from 'vitest';
import { LiveProtocol } from './protocol';

describe('the live link', () => {
  it('subscribes once for many followers and leaves with the last', () => {
    const link = new LiveProtocol();
    expect(link.follow('sales')).toEqual({ subscribe: [{ topic: 'sales' }] });
    expect(link.follow('sales')).toBeNull();
    expect(link.unfollow('sales')).toBeNull();
    expect(link.unfollow('sales')).toEqual({ unsubscribe: ['sales'] });
  });

  it('goes on from the number it had reached', () => {
    const link = new LiveProtocol();
    link.follow('cart:1');
    link.take({ topic: 'cart:1', seq: 7, payload: {} });
    expect(link.resume()).toEqual({ subscribe: [{ topic: 'cart:1', from: 7 }] });
  });

  it('ignores old news and topics nobody follows, and obeys refetch', () => {
    const link = new LiveProtocol();
    link.follow('cart:1');
    expect(link.take({ topic: 'cart:1', seq: 7 })?.kind).toBe('moved');
    expect(link.take({ topic: 'cart:1', seq: 7 })).toBeNull();
    expect(link.take({ topic: 'cart:1', seq: 7, refetch: true })?.kind).toBe('moved');
    expect(link.take({ topic: 'stock', seq: 9 })).toBeNull();
  });

  it('hands over scans', () => {
    const scan = { till_id: '1', code: '460', at: '2026-11-21T00:00:00Z' };
    expect(new LiveProtocol().take({ scan })).toEqual({ kind: 'scan', ...scan });
  });
});
