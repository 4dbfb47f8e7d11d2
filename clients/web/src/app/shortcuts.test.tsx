// @vitest-environment happy-dom
import { TextInput } from '@mantine/core';
import { cleanup, fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { flushSync } from 'react-dom';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Form } from '@/components/form/Form';
import { FormModal } from '@/components/form/FormModal';
import { useForm } from '@/components/form/useForm';
import { PriceCheck } from '@/scenes/till/PriceCheck';
import { ask } from '@/testing/ask';
import { stage } from '@/testing/stage';
import { useShortcuts } from './shortcuts';

afterEach(() => {
  cleanup();
  localStorage.clear();
});

const heard = vi.fn();
beforeEach(() => heard.mockClear());
const KEYS = ['Enter', 'Backspace', 'Delete', 'ArrowUp', 'F6', 'F9', 'F10', 'Escape'];

function Page({ dialog }: { dialog: (close: () => void) => React.ReactNode }) {
  const [open, setOpen] = useState(false);
  useShortcuts(Object.fromEntries(KEYS.map((key) => [key, () => heard(key)])));
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Open
      </button>
      <div role="menu" tabIndex={-1} data-testid="menu" />
      {open && dialog(() => flushSync(() => setOpen(false)))}
    </>
  );
}

describe('keys of the page', () => {
  it('do nothing while a dialog is open, wherever the focus is, and act again afterwards', async () => {
    await stage(<Page dialog={ask} />);
    await userEvent.click(await screen.findByText('Open'));
    const field = await screen.findByRole('textbox', { name: /Why/ });
    for (const target of [field, document.body])
      for (const key of KEYS.slice(0, -1)) fireEvent.keyDown(target, { key });
    expect(heard).not.toHaveBeenCalled();
    // The dialog closes within the keystroke, which is over for the page.
    fireEvent.keyDown(field, { key: 'Escape' });
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(heard).not.toHaveBeenCalled();
    fireEvent.keyDown(document.body, { key: 'Escape' });
    expect(heard).toHaveBeenCalledExactlyOnceWith('Escape');
  });

  it('do nothing while a menu has the focus', async () => {
    await stage(<Page dialog={ask} />);
    fireEvent.keyDown(await screen.findByTestId('menu'), { key: 'Enter' });
    expect(heard).not.toHaveBeenCalled();
  });

  it('leave those of the dialog to it', async () => {
    const closed = vi.fn();
    await stage(<Page dialog={() => <PriceCheck onClose={closed} onAdd={vi.fn()} />} />);
    await userEvent.click(await screen.findByText('Open'));
    fireEvent.keyDown(await screen.findByRole('dialog'), { key: 'F10' });
    expect(closed).toHaveBeenCalledOnce();
    expect(heard).not.toHaveBeenCalled();
  });
});

function useNamed(place: string) {
  return useForm({
    place,
    initial: { name: '' },
    read: ({ name }) => name,
    save: async (name) => heard(place, name),
  });
}
function Below() {
  const form = useNamed('below');
  return (
    <>
      <Form form={form}>
        <TextInput label="Below" {...form.text('name')} />
      </Form>
      <Above />
    </>
  );
}
function Above() {
  const [open, setOpen] = useState(false);
  const form = useNamed('above');
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Open
      </button>
      {open && (
        <FormModal form={form} title="Above" isNew onClose={() => setOpen(false)}>
          <TextInput label="Above" {...form.text('name')} />
        </FormModal>
      )}
    </>
  );
}

it('saves with a key the form of the dialog, not the one below it', async () => {
  await stage(<Below />);
  await userEvent.type(await screen.findByRole('textbox', { name: 'Below' }), 'one');
  await userEvent.click(screen.getByText('Open'));
  const field = await screen.findByRole('textbox', { name: 'Above' });
  await userEvent.type(field, 'two');
  fireEvent.keyDown(field, { key: 's', code: 'KeyS', ctrlKey: true });
  await vi.waitFor(() => expect(heard).toHaveBeenCalled());
  expect(heard.mock.calls).toEqual([['above', 'two']]);
});
