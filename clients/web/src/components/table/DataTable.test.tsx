// @vitest-environment happy-dom

import { IconArchive } from '@tabler/icons-react';
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '@/api/problem';
import { stage } from '@/testing/stage';
import type { Column } from './columns';
import { DataTable, type TableProps } from './DataTable';
import { givenRows } from './rows';

type Good = { id: string; name: string; price: number };
const GOODS: Good[] = [
  { id: '1', name: 'Milk', price: 620 },
  { id: '2', name: 'Bread', price: 260 },
  { id: '3', name: 'Tea', price: 1450 },
];
const COLUMNS: Column<Good>[] = [
  { key: 'name', header: 'Name', cell: (row) => row.name, value: (row) => row.name, phone: 'title' },
  { key: 'price', header: 'Price', cell: (row) => row.price, value: (row) => row.price, align: 'right' },
  { key: 'hidden', header: 'Code', cell: (row) => `code-${row.id}`, hidden: true },
];

afterEach(() => {
  cleanup();
  localStorage.clear();
});

const table = (props: Partial<TableProps<Good>> = {}, options: Parameters<typeof stage>[1] = {}) =>
  stage(
    <DataTable
      name="goods"
      columns={COLUMNS}
      list={givenRows(GOODS)}
      rowKey={(row) => row.id}
      empty="Nothing"
      {...props}
    />,
    options,
  );
const names = () =>
  screen
    .getAllByRole('row')
    .map((row) => within(row).queryAllByRole('cell')[0]?.textContent)
    .filter((name) => GOODS.some((good) => good.name === name));

describe('the table', () => {
  it('sorts both ways, shows which, and keeps it in the address', async () => {
    const { search } = await table();
    const head = await screen.findByRole('button', { name: 'Price' });
    await userEvent.click(head);
    await waitFor(() => expect(names()).toEqual(['Bread', 'Milk', 'Tea']));
    expect(screen.getByRole('columnheader', { name: 'Price' }).getAttribute('aria-sort')).toBe('ascending');
    await userEvent.click(screen.getByRole('button', { name: 'Price' }));
    await waitFor(() => expect(names()).toEqual(['Tea', 'Milk', 'Bread']));
    expect(screen.getByRole('columnheader', { name: 'Price' }).getAttribute('aria-sort')).toBe('descending');
    expect(search()).toEqual({ sort: '-price' });
  });

  it('begins as the address says', async () => {
    await table({}, { at: '/?sort=-name' });
    await waitFor(() => expect(names()).toEqual(['Tea', 'Milk', 'Bread']));
  });

  it('has one stop of the Tab key, arrows between rows, Enter opens', async () => {
    const onOpen = vi.fn();
    await table({ onOpen });
    const rows = (await screen.findAllByRole('row')).filter((row) => row.dataset.index);
    expect(rows.map((row) => row.tabIndex)).toEqual([0, -1, -1]);
    rows[0]?.focus();
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}');
    expect(document.activeElement).toBe(rows[2]);
    await userEvent.keyboard('{Home}{Enter}');
    expect(onOpen).toHaveBeenCalledWith(GOODS[0]);
  });

  it('does many rows in turn and leaves out those it is not for', async () => {
    const each = vi.fn(async (_: Good) => undefined);
    const done = vi.fn();
    await table({
      bulk: [{ key: 'a', label: 'Archive', icon: IconArchive, suits: (row) => row.id !== '2', each, done }],
    });
    await userEvent.click(await screen.findByRole('checkbox', { name: 'Select all' }));
    screen.getByText('3 rows selected');
    await userEvent.click(screen.getByRole('button', { name: 'Archive' }));
    await waitFor(() => expect(done).toHaveBeenCalledWith([GOODS[0], GOODS[2]]));
    expect(each).toHaveBeenCalledTimes(2);
    expect(screen.queryByText('3 rows selected')).toBeNull();
  });

  it('ticks with the space bar', async () => {
    await table({
      bulk: [
        { key: 'a', label: 'Archive', icon: IconArchive, each: async () => undefined, done: () => undefined },
      ],
    });
    const row = (await screen.findAllByRole('row')).find((one) => one.dataset.index === '1');
    row?.focus();
    await userEvent.keyboard(' ');
    screen.getByText('1 row selected');
  });

  it('keeps the choice of columns with the person, at the hub', async () => {
    const { asked } = await table(
      {},
      {
        answers: {
          'GET /preferences': () => ({ items: {} }),
          'PUT /preferences': () => ({ items: {} }),
        },
      },
    );
    await userEvent.click(await screen.findByRole('button', { name: 'Columns' }));
    await userEvent.click(await screen.findByRole('checkbox', { name: 'Code' }));
    await screen.findByText('code-1');
    await waitFor(() => {
      const put = asked.find(({ method }) => method === 'PUT');
      expect(put?.body).toMatchObject({ name: 'table.goods', value: { hidden: [] } });
    });
  });

  it('keeps what was chosen before the hub said how it had been', async () => {
    let answer: (items: object) => void = () => undefined;
    const late = new Promise<object>((resolve) => {
      answer = resolve;
    });
    await table(
      {},
      {
        answers: {
          'GET /preferences': () => late,
          'PUT /preferences': (body) => ({
            items: { [(body as { name: string }).name]: (body as { value: unknown }).value },
          }),
        },
      },
    );
    await userEvent.click(await screen.findByRole('button', { name: 'Columns' }));
    await userEvent.click(await screen.findByRole('checkbox', { name: 'Code' }));
    await screen.findByText('code-1');
    answer({ items: {} });
    await waitFor(() => expect(screen.queryByText('code-1')).not.toBeNull());
    await screen.findByText('code-2');
  });

  it('shows on a phone only the columns that are wanted there', async () => {
    await table(
      { columns: [...COLUMNS, { key: 'x', header: 'Far', cell: () => 'far', phone: 'none' }] },
      { width: 360 },
    );
    await screen.findByText('Milk');
    expect(screen.queryByRole('table')).toBeNull();
    expect(screen.queryByText('far')).toBeNull();
    expect(screen.queryByText('code-1')).toBeNull();
    screen.getByRole('button', { name: 'Order of rows' });
    screen.getByRole('button', { name: 'Columns' });
  });

  it('says in words that a list is not open to this person', async () => {
    const error = new ApiError({ title: '', code: 'access.denied', status: 403 });
    await table({ list: { ...givenRows<Good>([]), error } });
    await screen.findByText('This list is not open to you');
    expect(screen.queryByText(/access\.denied/)).toBeNull();
  });

  it('says what an empty list is', async () => {
    await table({ list: givenRows<Good>([]) });
    await screen.findByText('Nothing');
  });
});
