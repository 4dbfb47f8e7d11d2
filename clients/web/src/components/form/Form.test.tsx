// @vitest-environment happy-dom
import { TextInput } from '@mantine/core';
import { cleanup, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '@/api/problem';
import { stage } from '@/testing/stage';
import { Form } from './Form';
import { useForm } from './useForm';

afterEach(() => {
  cleanup();
  localStorage.clear();
});

type Draft = { name: string; phone: string; password: string; note: string };
const save = vi.fn(async (_: Draft) => ({}));

function Card({ name = 'Dana' }: { name?: string }) {
  const form = useForm({
    place: 'user/1',
    initial: { name, phone: '1', password: '', note: '' } as Draft,
    secret: ['password'],
    check: (draft) => ({
      name: draft.name === '' ? 'Who is it?' : undefined,
      note: draft.phone === '' ? 'No way to call' : undefined,
    }),
    read: (draft) => draft,
    save,
  });
  return (
    <Form form={form}>
      <TextInput label="Name" {...form.text('name')} />
      <TextInput label="Phone" {...form.text('phone')} />
      <TextInput label="Password" {...form.text('password')} />
    </Form>
  );
}
const field = (label: string) => screen.findByRole<HTMLInputElement>('textbox', { name: label });
const press = (name: string) => userEvent.click(screen.getByRole('button', { name }));

describe('a form', () => {
  it('does not send what is seen to be wrong, and goes to the field', async () => {
    save.mockClear();
    await stage(<Card />);
    await userEvent.clear(await field('Name'));
    expect(screen.queryByText('Who is it?')).toBeNull();
    await press('Save');
    screen.getByText('Who is it?');
    expect(document.activeElement).toBe(await field('Name'));
    expect(save).not.toHaveBeenCalled();
  });

  it("puts the hub's refusal at its field, until that is edited", async () => {
    save.mockRejectedValueOnce(
      new ApiError({
        title: '',
        detail: 'The phone is taken',
        code: 'staff.phone_taken',
        status: 409,
        field: 'phone',
      }),
    );
    await stage(<Card />);
    await userEvent.type(await field('Phone'), '2');
    await press('Save');
    await screen.findByText('The phone is taken');
    expect(document.activeElement).toBe(await field('Phone'));
    expect(screen.queryByRole('alert')).toBeNull();
    await userEvent.type(await field('Phone'), '3');
    expect(screen.queryByText('The phone is taken')).toBeNull();
  });

  it('says below what has no field', async () => {
    save.mockRejectedValueOnce(new ApiError({ title: '', detail: 'Busy', code: 'hub.busy', status: 503 }));
    await stage(<Card />);
    await userEvent.type(await field('Name'), 'x');
    await press('Save');
    expect((await screen.findByRole('alert')).textContent).toContain('Busy');
  });

  it('says what is wrong with a field that is not drawn, as long as it is', async () => {
    save.mockClear();
    await stage(<Card />);
    await userEvent.clear(await field('Phone'));
    await press('Save');
    expect(screen.getByRole('alert').textContent).toContain('No way to call');
    expect(save).not.toHaveBeenCalled();
    await userEvent.type(await field('Phone'), '2');
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('keeps what was typed through a reload, but no password, and lays it over what the card says now', async () => {
    const first = await stage(<Card />);
    await userEvent.type(await field('Phone'), '23');
    await userEvent.type(await field('Password'), 'secret');
    expect(JSON.stringify({ ...localStorage })).not.toContain('secret');
    first.unmount();
    await stage(<Card name="Dana anew" />);
    expect((await field('Phone')).value).toBe('123');
    expect((await field('Name')).value).toBe('Dana anew');
    expect((await field('Password')).value).toBe('');
    await press('Show as saved');
    expect((await field('Phone')).value).toBe('1');
    expect(localStorage.length === 0 || !JSON.stringify({ ...localStorage }).includes('form.')).toBe(true);
  });

  it('asks before it is left with something typed, and lets go when told', async () => {
    const { leave } = await stage(<Card />);
    await userEvent.type(await field('Name'), '!');
    void leave();
    await screen.findByText('Leave without saving?');
    await press('Stay');
    await waitFor(() => expect(screen.queryByText('Leave without saving?')).toBeNull());
    expect((await field('Name')).value).toBe('Dana!');
    void leave();
    await screen.findByText('Leave without saving?');
    await press('Do not save');
    await screen.findByText('Other screen');
  });

  it('is left without a word once it is saved', async () => {
    const { leave } = await stage(<Card />);
    await userEvent.type(await field('Name'), '!');
    await press('Save');
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Undo changes' })).toBeNull());
    void leave();
    await screen.findByText('Other screen');
  });
});
