// @vitest-environment happy-dom
import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import type { Cart } from '@/api/types';
import { createStore } from '@/lib/store';
import { ask } from '@/testing/ask';
import { stage } from '@/testing/stage';
import { CashEntry } from './CashEntry';
import type { TillCart } from './useCart';

afterEach(cleanup);

it.each([',', '.'])('a fraction begins with %j and is written as the language does', async (mark) => {
  const pay = vi.fn(async () => undefined);
  const till = { pending: createStore(0), pay } as unknown as TillCart;
  const due = { amount: '1000.00', currency: 'KZT' };
  await stage(<CashEntry cart={{ due, notes: [] } as unknown as Cart} till={till} />);
  await screen.findByText('Received', { exact: false });
  await userEvent.keyboard(`1234${mark}5`);
  screen.getByText('1,234.5');
  screen.getByText(/^234\.50\s₸$/);
  await userEvent.keyboard('{Enter}');
  expect(pay).toHaveBeenCalledWith({
    method: 'cash',
    amount: due,
    tendered: { amount: '1234.50', currency: 'KZT' },
  });
});

it('takes no money with a key that is meant for a dialog over it', async () => {
  const pay = vi.fn(async () => undefined);
  const till = { pending: createStore(0), pay } as unknown as TillCart;
  const due = { amount: '1000.00', currency: 'KZT' };
  await stage(
    <>
      <CashEntry cart={{ due, notes: [] } as unknown as Cart} till={till} />
      {ask()}
    </>,
  );
  await userEvent.type(await screen.findByRole('textbox', { name: /Why/ }), '12{Backspace}{Enter}');
  expect(screen.queryByText('12')).toBeNull();
  expect(pay).not.toHaveBeenCalled();
});
