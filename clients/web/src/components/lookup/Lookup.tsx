import { Combobox, Loader, TextInput, type TextInputProps, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useT } from '@/i18n';
import classes from './Lookup.module.css';

const SHOWN_MAX = 8;
const PAUSE_MS = 120;
const CREATE = '__create';

export type Found<Item> = { items: Item[]; isFetching: boolean; isSuccess: boolean };
export type LookupProps<Item> = Pick<
  TextInputProps,
  'label' | 'placeholder' | 'description' | 'required' | 'size' | 'w'
> & {
  /** What is chosen now, in words. */
  name?: string;
  error?: ReactNode;
  readOnly?: boolean;
  'data-field'?: string;
  /** Asks the hub; called with every pause in typing. */
  useFound: (q: string) => Found<Item>;
  itemKey: (item: Item) => string;
  itemName: (item: Item) => string;
  /** What stands at the end of the line, to tell namesakes apart. */
  itemAside?: (item: Item) => ReactNode;
  onChoose: (item: Item) => void;
  /** Empties the choice, where it may be empty. */
  onClear?: () => void;
  /** What stands in the field beside the text, such as a camera. */
  aside?: ReactNode;
  /** What to say when nothing is found. */
  none?: string;
  /** Makes what was not found, in the same place. */
  onCreate?: (text: string) => void;
};

/** One thing out of many: search as you type, arrows and Enter, and a way to make what is not there yet. */
export function Lookup<Item>(props: LookupProps<Item>) {
  const t = useT();
  const [text, setText] = useState<string | null>(null);
  const [q] = useDebouncedValue((text ?? '').trim(), PAUSE_MS);
  const found = props.useFound(q);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const shown = text === null || q === '' ? [] : found.items.slice(0, SHOWN_MAX);
  const settled = q !== '' && q === text?.trim() && found.isSuccess && !found.isFetching;
  const nothing = settled && found.items.length === 0;
  const offers = settled && props.onCreate !== undefined;

  const choose = (key: string) => {
    const item = shown.find((one) => props.itemKey(one) === key);
    if (key === CREATE) props.onCreate?.(q);
    else if (item) props.onChoose(item);
    setText(null);
    combobox.closeDropdown();
  };
  // Enter that comes before the answer takes the first of the answer, not of what stood there before.
  const awaited = useRef(false);
  const first = shown[0];
  useEffect(() => {
    if (!awaited.current || !settled) return;
    awaited.current = false;
    if (first !== undefined) choose(props.itemKey(first));
  });
  return (
    <Combobox store={combobox} onOptionSubmit={choose} withinPortal={false}>
      <Combobox.Target>
        <TextInput
          data-autofocus={props.required || undefined}
          data-field={props['data-field']}
          label={props.label}
          placeholder={props.placeholder}
          aria-label={props.label ? undefined : props.placeholder}
          description={props.description}
          required={props.required}
          size={props.size}
          w={props.w}
          readOnly={props.readOnly}
          autoComplete="off"
          value={text ?? props.name ?? ''}
          error={props.error ?? (nothing && !offers ? props.none : undefined)}
          rightSection={found.isFetching && q !== '' ? <Loader size="xs" /> : props.aside}
          onChange={(event) => {
            const next = event.currentTarget.value;
            setText(next);
            if (next === '') props.onClear?.();
            combobox.openDropdown();
          }}
          onFocus={(event) => event.currentTarget.select()}
          onBlur={() => {
            combobox.closeDropdown();
            setText(null);
          }}
          onKeyDown={(event) => {
            // Without an arrow before it, Enter takes the first that was found.
            awaited.current = false;
            if (event.key !== 'Enter' || text === null || combobox.getSelectedOptionIndex() >= 0) return;
            event.preventDefault();
            if (!settled) awaited.current = true;
            else if (first !== undefined) choose(props.itemKey(first));
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={shown.length === 0 && !offers}>
        <Combobox.Options mah={320} style={{ overflowY: 'auto' }}>
          {shown.map((item) => (
            <Combobox.Option key={props.itemKey(item)} value={props.itemKey(item)} className={classes.option}>
              <span>{props.itemName(item)}</span>
              {props.itemAside && <span className="soft">{props.itemAside(item)}</span>}
            </Combobox.Option>
          ))}
          {offers && (
            <Combobox.Option value={CREATE} className={classes.option}>
              <span className={classes.create}>
                <IconPlus size={18} />
                {t('lookup.create', { name: q })}
              </span>
            </Combobox.Option>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
