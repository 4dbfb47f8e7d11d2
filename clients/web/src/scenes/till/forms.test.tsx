// @vitest-environment happy-dom
import { cleanup, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '@/api/problem';
import type { CartLine, Shift } from '@/api/types';
import { isAsked } from '@/app/questions';
import { sweepKept } from '@/components/form/kept';
import { storedNames } from '@/lib/storage';
import { CashMove } from '@/scenes/shifts/CashMove';
import { CloseShift } from '@/scenes/shifts/CloseShift';
import { stage } from '@/testing/stage';
import { CustomerPicker } from './CustomerPicker';
import { DiscountModal } from './DiscountModal';
import { LineEditor } from './LineEditor';
import { OpenShift } from './OpenShift';
import { QuickProduct } from './QuickProduct';

afterEach(() => {
  cleanup();
  localStorage.clear();
  vi.useRealTimers();
});

const field = (label: string | RegExp) => screen.findByRole<HTMLInputElement>('textbox', { name: label });
const press = (name: string) => userEvent.click(screen.getByRole('button', { name }));
const refused = (code: string, name: string, detail: string) => ({
  ...{ status: 409, code, title: detail, detail },
  field: name,
});
const tenge = (amount: string) => ({ amount, currency: 'KZT' });

const lineOf = (product_id: string, name: string) =>
  ({
    ...{ id: '1', product_id, name, quantity: '1', unit: 'pcs', price: tenge('620.00'), discount: null },
  }) as unknown as CartLine;
const MILK = lineOf('10', 'Milk');

describe('a small form of the till', () => {
  it('has what the hub refuses at its field, and outlives a reload', async () => {
    const answers = { 'POST /products': () => refused('catalog.name_taken', 'name', 'The name is taken') };
    const quick = <QuickProduct barcode="487" onClose={vi.fn()} onMade={vi.fn()} />;
    const first = await stage(quick, { answers });
    await userEvent.type(await field(/^Name/), 'Bread');
    await userEvent.type(await field(/price/i), '260');
    await press('Create and add to the receipt');
    await screen.findByText('The name is taken');
    expect(document.activeElement).toBe(await field(/^Name/));
    expect(isAsked()).toBe(true);
    first.unmount();
    expect(isAsked()).toBe(false);
    await stage(quick);
    expect((await field(/^Name/)).value).toBe('Bread');
    expect((await field(/price/i)).value).toBe('260');
  });

  it('stays open with a discount that is too much, here or for the hub', async () => {
    const problem = refused('sales.discount_over', 'discount', 'Too much for this product');
    const save = vi.fn(async () => Promise.reject(new ApiError(problem as never)));
    const onClose = vi.fn();
    await stage(
      <DiscountModal
        {...{ title: 'Discount', cart: '1', current: null, base: tenge('1000.00'), save, onClose }}
      />,
    );
    await userEvent.type(await field(/^Discount/), 'x');
    await press('Save');
    screen.getByText('Enter a number');
    expect(save).not.toHaveBeenCalled();
    await userEvent.clear(await field(/^Discount/));
    await userEvent.type(await field(/^Discount/), '5');
    await press('Save');
    await screen.findByText('Too much for this product');
    expect(onClose).not.toHaveBeenCalled();
  });

  it('sends of a line what was changed, and nothing else', async () => {
    const save = vi.fn(async () => undefined);
    const onClose = vi.fn();
    await stage(<LineEditor cart="1" line={MILK} save={save} onClose={onClose} onRemove={vi.fn()} />);
    await userEvent.clear(await field('Quantity'));
    await userEvent.type(await field('Quantity'), '2,5');
    await press('Save');
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(save).toHaveBeenCalledWith({ quantity: '2.5' }, expect.anything());
  });

  it.each([[[]], [['sales.discount']]])(
    'saves a line under a discount of the manager, with the rights %j',
    async (may: string[]) => {
      const line: CartLine = { ...MILK, discount: { kind: 'percent', value: '25.00' } };
      const save = vi.fn(async () => undefined);
      const onClose = vi.fn();
      await stage(<LineEditor {...{ cart: '1', line, save, onClose, onRemove: vi.fn() }} />, { may });
      await userEvent.type(await field('Quantity'), '2');
      expect(screen.queryByText(/Above your limit/)).toBeNull();
      await press('Save');
      await waitFor(() => expect(onClose).toHaveBeenCalled());
      expect(save).toHaveBeenCalledWith({ quantity: '12' }, expect.anything());
    },
  );

  it('is empty again after money was put in, for the next time', async () => {
    const shift = { id: '7', opening: tenge('0.00') } as unknown as Shift;
    const { asked } = await stage(<CashMove way="cash-in" shift={shift} />, {
      answers: { 'POST /shifts/7/cash-in': () => ({ id: '7' }) },
    });
    await userEvent.type(await field(/^Amount/), '0');
    await press('Put in');
    expect(screen.getAllByText(/Enter an amount|Fill/)).toHaveLength(2);
    await userEvent.type(await field(/^Amount/), '5000');
    await userEvent.type(await field(/^Reason/), 'Change');
    await press('Put in');
    await waitFor(async () => expect((await field(/^Amount/)).value).toBe(''));
    expect(asked.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual([
      { amount: tenge('5000.00'), reason: 'Change' },
    ]);
  });
});

describe('what was typed and not saved', () => {
  const editor = (cart: string, line: CartLine) => (
    <LineEditor {...{ cart, line, save: vi.fn(), onClose: vi.fn(), onRemove: vi.fn() }} />
  );

  it('of a line belongs to its product in its cart, and goes with the line', async () => {
    const first = await stage(editor('1', MILK));
    await userEvent.type(await field('Quantity'), '7');
    first.unmount();
    for (const [cart, line] of [
      ['2', MILK],
      ['1', lineOf('11', 'Bread')],
    ] as const) {
      const other = await stage(editor(cart, line));
      expect((await field('Quantity')).value).toBe('1');
      other.unmount();
    }
    const again = await stage(editor('1', MILK));
    expect((await field('Quantity')).value).toBe('17');
    await press('Remove from the receipt');
    again.unmount();
    await stage(editor('1', MILK));
    expect((await field('Quantity')).value).toBe('1');
  });

  it('of the drawer is of the same day, within the same shift, too', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-21T10:00:00Z') });
    const shift = { id: '7', opening: tenge('0.00'), expected_cash: tenge('5000.00') } as unknown as Shift;
    const parts: [React.ReactNode, RegExp][] = [
      [<OpenShift key="open" till={{ id: '1', name: 'Till' }} />, /^Cash/],
      [<CashMove key="move" way="cash-out" shift={shift} />, /^Amount/],
      [<CloseShift key="close" shift={shift} onCounted={vi.fn()} onClosed={vi.fn()} />, /^Cash/],
    ];
    for (const [part, name] of parts) {
      vi.setSystemTime(new Date('2026-11-21T10:00:00Z'));
      const first = await stage(part, { may: ['shift.open'] });
      await userEvent.type(await field(name), '5000');
      first.unmount();
      const second = await stage(part, { may: ['shift.open'] });
      expect((await field(name)).value).toBe('5000');
      second.unmount();
      vi.setSystemTime(new Date('2026-11-22T10:00:00Z'));
      const next = await stage(part, { may: ['shift.open'] });
      expect((await field(name)).value).toBe('');
      next.unmount();
    }
    expect(storedNames('form.')).toHaveLength(3);
    sweepKept();
    expect(storedNames('form.')).toHaveLength(3);
    vi.setSystemTime(new Date('2026-11-25T10:00:00Z'));
    sweepKept();
    expect(storedNames('form.')).toEqual([]);
  });

  it('of a new customer stays while the telephone is typed, and is gone with the dialog', async () => {
    const onClose = vi.fn();
    const options = {
      may: ['parties.edit'],
      answers: { 'GET /customers': () => ({ items: [], next: null }) },
    };
    const picker = <CustomerPicker cart="1" current={null} onClose={onClose} onChoose={vi.fn()} />;
    await stage(picker, options);
    const phone = await field(/telephone|phone/i);
    await userEvent.type(phone, '87011234567');
    await userEvent.type(await field(/^Name|new/i), 'Saule');
    await userEvent.type(phone, '{Backspace}8');
    expect((await field(/^Name|new/i)).value).toBe('Saule');
    expect(JSON.stringify({ ...localStorage })).toContain('Saule');
    await userEvent.keyboard('{Escape}');
    expect(onClose).toHaveBeenCalled();
    expect(JSON.stringify({ ...localStorage })).not.toContain('Saule');
  });
});
