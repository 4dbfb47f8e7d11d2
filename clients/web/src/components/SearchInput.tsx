import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useT } from '@/i18n';

/** Searching in a list: reached with `/`, passed on when typing pauses. */
export function SearchInput(props: {
  value: string;
  placeholder?: string;
  onChange: (text: string) => void;
}) {
  const t = useT();
  const [text, setText] = useState(props.value);
  const pass = useDebouncedCallback(props.onChange, 200);
  useEffect(() => setText(props.value), [props.value]);
  return (
    <TextInput
      data-search
      style={{ flex: '1 1 240px', maxWidth: 460 }}
      aria-label={props.placeholder ?? t('common.search')}
      placeholder={props.placeholder ?? t('common.search')}
      leftSection={<IconSearch size={18} />}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        pass(event.currentTarget.value.trim());
      }}
    />
  );
}
