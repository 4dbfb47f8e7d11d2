import { Button, Group, TextInput } from '@mantine/core';
import { useZone } from '@/app/identity';
import { useT } from '@/i18n';
import { addDays, today } from '@/lib/dates';

type Range = { from?: string; to?: string };

/** From and to, with the usual periods one tap away. */
export function Period({ from, to, onChange }: Range & { onChange: (range: Range) => void }) {
  const t = useT();
  const now = today(useZone());
  const usual: [string, Range][] = [
    [t('period.today'), { from: now, to: now }],
    [t('period.yesterday'), { from: addDays(now, -1), to: addDays(now, -1) }],
    [t('period.week'), { from: addDays(now, -6), to: now }],
    [t('period.month'), { from: `${now.slice(0, 8)}01`, to: now }],
  ];
  return (
    <Group gap={6}>
      <TextInput
        type="date"
        size="sm"
        aria-label={t('period.from')}
        max={to}
        value={from ?? ''}
        onChange={(event) => onChange({ from: event.currentTarget.value || undefined, to })}
      />
      <TextInput
        type="date"
        size="sm"
        aria-label={t('period.to')}
        min={from}
        value={to ?? ''}
        onChange={(event) => onChange({ from, to: event.currentTarget.value || undefined })}
      />
      {usual.map(([name, range]) => (
        <Button
          key={name}
          size="sm"
          px="sm"
          variant={range.from === from && range.to === to ? 'light' : 'default'}
          onClick={() => onChange(range.from === from && range.to === to ? {} : range)}
        >
          {name}
        </Button>
      ))}
    </Group>
  );
}
