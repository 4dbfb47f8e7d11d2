// @vitest-environment happy-dom
import { IconTag } from '@tabler/icons-react';
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ScreenActions } from '@/app/actions/ActionButton';
import { ERRANDS, isOffered } from '@/app/actions/actions';
import { Palette } from '@/app/Palette';
import { sayDone } from '@/app/toasts';
import { formatDate, parseDate } from '@/lib/dates';
import { PERSON, stage } from '@/testing/stage';
import { AskModal } from './AskModal';
import { DateField } from './DateField';
import { Lookup } from './lookup/Lookup';
import { initials } from './Person';

afterEach(() => {
  cleanup();
  localStorage.clear();
});

const TOWNS = ['Almaty', 'Aktau', 'Atyrau', 'Shymkent'];
const lookup = (more: { onCreate?: (text: string) => void; onChoose?: (town: string) => void } = {}) =>
  stage(
    <Lookup
      label="Town"
      none="No such town"
      useFound={(q) => ({
        items: TOWNS.filter((town) => town.toLowerCase().includes(q.toLowerCase())),
        isFetching: false,
        isSuccess: true,
      })}
      itemKey={(town) => town}
      itemName={(town) => town}
      onChoose={() => undefined}
      {...more}
    />,
  );

describe('a lookup', () => {
  it('takes the first with Enter, another with arrows', async () => {
    const onChoose = vi.fn();
    await lookup({ onChoose });
    const input = await screen.findByRole('textbox', { name: /Town/ });
    await userEvent.type(input, 'a');
    await screen.findByRole('option', { name: 'Almaty' });
    await userEvent.keyboard('{Enter}');
    expect(onChoose).toHaveBeenLastCalledWith('Almaty');
    await userEvent.type(input, 'at');
    await waitFor(() =>
      expect(screen.queryAllByRole('option').map((option) => option.textContent)).toEqual([
        'Almaty',
        'Atyrau',
      ]),
    );
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{Enter}');
    expect(onChoose).toHaveBeenLastCalledWith('Atyrau');
  });

  it('waits for the answer to what was typed when Enter comes sooner', async () => {
    const onChoose = vi.fn();
    await lookup({ onChoose });
    await userEvent.type(await screen.findByRole('textbox', { name: /Town/ }), 'shym{Enter}');
    await waitFor(() => expect(onChoose).toHaveBeenCalledWith('Shymkent'));
    expect(onChoose).toHaveBeenCalledTimes(1);
  });

  it('makes what is not there in the same place', async () => {
    const onCreate = vi.fn();
    await lookup({ onCreate });
    await userEvent.type(await screen.findByRole('textbox', { name: /Town/ }), 'Turkistan');
    await userEvent.click(await screen.findByRole('option', { name: 'Create “Turkistan”' }));
    expect(onCreate).toHaveBeenCalledWith('Turkistan');
  });

  it('says that there is none where nothing may be made', async () => {
    await lookup();
    await userEvent.type(await screen.findByRole('textbox', { name: /Town/ }), 'Paris');
    await screen.findByText('No such town');
  });
});

describe('a dialog that cannot be taken back', () => {
  it('wants the name written', async () => {
    const onConfirm = vi.fn();
    await stage(
      <AskModal
        opened
        title="Erase"
        name="Dana"
        confirm="Erase for good"
        busy={false}
        onClose={() => undefined}
        onConfirm={onConfirm}
      />,
    );
    const button = await screen.findByRole<HTMLButtonElement>('button', { name: 'Erase for good' });
    expect(button.disabled).toBe(true);
    await userEvent.type(screen.getByLabelText('To confirm, write: Dana'), 'dana');
    expect(button.disabled).toBe(false);
    await userEvent.click(button);
    expect(onConfirm).toHaveBeenCalled();
  });
});

describe('a message', () => {
  it('offers to take back what was done, once', async () => {
    const run = vi.fn();
    await stage(<h1>Here</h1>);
    sayDone('Archived', { label: 'Undo', run });
    await userEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(run).toHaveBeenCalledTimes(1);
    expect(screen.queryByText('Archived')).toBeNull();
  });
});

it('a date is asked for in the form in which it is written', async () => {
  const onDate = vi.fn();
  await stage(<DateField label="Day" date={null} onDate={onDate} />);
  const field = await screen.findByRole<HTMLInputElement>('textbox', { name: 'Day' });
  expect(formatDate(parseDate(field.placeholder) ?? '')).toBe(field.placeholder);
  await userEvent.type(field, 'September 30, 2026{Enter}');
  expect(onDate).toHaveBeenCalledWith('2026-09-30');
});

describe('actions', () => {
  it('of the screen have a button, a key and a line in the palette, and go with the screen', async () => {
    const run = vi.fn();
    const action = { id: 'mark', name: 'common.archive' as const, icon: IconTag, shortcut: 'Alt+M', run };
    const { leave } = await stage(
      <>
        <ScreenActions
          actions={[action, { ...action, id: 'no', name: 'common.restore', any: ['office.edit'] }]}
        />
        <Palette onClose={() => undefined} />
      </>,
    );
    await waitFor(() =>
      expect(screen.getAllByRole('button', { name: /Archive/, hidden: true })).toHaveLength(2),
    );
    expect(screen.queryByRole('button', { name: /Restore/, hidden: true })).toBeNull();
    const press = () => fireEvent.keyDown(document.body, { key: 'm', code: 'KeyM', altKey: true });
    press();
    expect(run).toHaveBeenCalledTimes(1);
    await leave();
    press();
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('have keys of their own each, and are not there for who may not', () => {
    const keys = Object.values(ERRANDS).flatMap((errand) => ('shortcut' in errand ? [errand.shortcut] : []));
    expect(new Set(keys).size).toBe(keys.length);
    expect(isOffered(ERRANDS['product.new'], PERSON)).toBe(true);
    expect(isOffered(ERRANDS['user.new'], PERSON)).toBe(false);
  });
});

it('initials are the first letters of words', () => {
  expect(initials('Dana Serik kyzy')).toBe('DS');
  expect(initials('+7 701')).toBe('');
});
