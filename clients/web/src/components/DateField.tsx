import { ActionIcon, TextInput, type TextInputProps } from '@mantine/core';
import { IconCalendar } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useLanguage, useT } from '@/i18n';
import { formatDate, parseDate } from '@/lib/dates';
import classes from './DateField.module.css';

/** A date as people here write it, whatever language the browser has; the calendar is the browser's. */
export function DateField({
  date,
  onDate,
  ...rest
}: Omit<TextInputProps, 'onChange' | 'value'> & {
  date: string | null | undefined;
  onDate: (date: string | null) => void;
}) {
  const t = useT();
  const language = useLanguage();
  const [text, setText] = useState(date ? formatDate(date) : '');
  const picker = useRef<HTMLInputElement>(null);
  useEffect(() => setText(date ? formatDate(date) : ''), [date, language]);
  const settle = () => {
    const parsed = parseDate(text);
    if (text.trim() === '') onDate(null);
    else if (parsed) onDate(parsed);
    else setText(date ? formatDate(date) : '');
  };
  return (
    <TextInput
      inputMode="numeric"
      placeholder={t('period.format')}
      maxLength={20}
      {...rest}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={settle}
      onKeyDown={(event) => event.key === 'Enter' && settle()}
      rightSection={
        !rest.readOnly && (
          <span className={classes.pick}>
            <input
              ref={picker}
              type="date"
              tabIndex={-1}
              aria-hidden
              value={date ?? ''}
              onChange={(event) => onDate(event.currentTarget.value || null)}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              tabIndex={-1}
              aria-label={t('period.calendar')}
              onClick={() => picker.current?.showPicker()}
            >
              <IconCalendar size={18} />
            </ActionIcon>
          </span>
        )
      }
    />
  );
}
