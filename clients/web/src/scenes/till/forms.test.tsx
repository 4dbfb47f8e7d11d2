// @vitest-environment happy-dom
import { cleanup, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '@/api/problem';
import type { CartLine, Shift } from '@/api/types';
import { isAsked } from '@/app/questions';
import { CashMove } from '@/scenes/shifts/CashMove';
import { stage } from '@/testing/stage';
import { DiscountModal } from './DiscountModal';
import { LineEditor } from './LineEditor';
import { QuickProduct } from './QuickProduct';

afterEach(() => {
  cleanup();
  localStorage.clear();
});

const field = (label: string | RegExp) => screen.findByRole<HTMLInputElement>('textbox', { name: label });
const press = (name: string) => userEvent.click(screen.getByRole('button', { name }));
const refused = (code: string, name: string, detail: string) => ({
  ...{ status: 409, code, title: detail, detail },
  field: name,
});
const tenge = (amount: string) => ({ amount, currency: 'KZT' });

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
    const line = { id: '1', name: 'Milk', quantity: '1', price: tenge('620.00'), discount: null };
    const save = vi.fn(async () => undefined);
    const onClose = vi.fn();
    await stage(
      <LineEditor line={line as unknown as CartLine} save={save} onClose={onClose} onRemove={vi.fn()} />,
    );
    await userEvent.clear(await field('Quantity'));
    await userEvent.type(await field('Quantity'), '2,5');
    await press('Save');
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(save).toHaveBeenCalledWith({ quantity: '2.5' }, expect.anything());
  });

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
