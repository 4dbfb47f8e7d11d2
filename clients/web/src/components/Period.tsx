import { Button, Group } from '@mantine/core';
import { useZone } from '@/app/identity';
import { useT } from '@/i18n';
import { addDays, today } from '@/lib/dates';
import { DateField } from './DateField';

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
      <DateField
        size="sm"
        w={140}
        aria-label={t('period.from')}
        date={from}
        onDate={(date) => onChange({ from: date ?? undefined, to })}
      />
      <DateField
        size="sm"
        w={140}
        aria-label={t('period.to')}
        date={to}
        onDate={(date) => onChange({ from, to: date ?? undefined })}
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
