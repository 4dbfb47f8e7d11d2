import { Button, CloseButton, Group, NativeSelect, NumberInput, Text } from '@mantine/core';
import type { WeightCode } from '@/api/types';
import { Card } from '@/components/Page';
import { useT } from '@/i18n';

/** Of the thirteen digits the prefix takes two and the check digit one. */
const DIGITS = 10;
const PREFIXES = Array.from({ length: 10 }, (_, last) => `2${last}`);

/** How codes that the shop's own scales print are read. */
export function WeightCodes(props: {
  codes: WeightCode[];
  readOnly: boolean;
  onChange: (codes: WeightCode[]) => void;
}) {
  const t = useT();
  const { codes, readOnly } = props;
  const set = (index: number, change: Partial<WeightCode>) =>
    props.onChange(codes.map((code, at) => (at === index ? { ...code, ...change } : code)));
  const add = () =>
    props.onChange([
      ...codes,
      {
        prefix: PREFIXES.find((prefix) => codes.every((code) => code.prefix !== prefix)) ?? '25',
        item_digits: 5,
        value_digits: 5,
        kind: 'weight',
        divisor: 1000,
      },
    ]);
  return (
    <Card title={t('settings.weight_codes')}>
      <Text className="soft">{t('settings.weight_codes_text')}</Text>
      {codes.map((code, index) => (
        <Group key={index} align="flex-end" gap="sm">
          <NativeSelect
            size="md"
            w={90}
            label={t('settings.code.prefix')}
            disabled={readOnly}
            data={PREFIXES}
            value={code.prefix}
            onChange={(event) => set(index, { prefix: event.currentTarget.value })}
          />
          <NumberInput
            size="md"
            w={120}
            label={t('settings.code.item')}
            min={1}
            max={9}
            readOnly={readOnly}
            value={code.item_digits}
            onChange={(value) =>
              typeof value === 'number' && set(index, { item_digits: value, value_digits: DIGITS - value })
            }
          />
          <NumberInput
            size="md"
            w={120}
            label={t('settings.code.value')}
            min={1}
            max={9}
            readOnly={readOnly}
            value={code.value_digits}
            onChange={(value) =>
              typeof value === 'number' && set(index, { value_digits: value, item_digits: DIGITS - value })
            }
          />
          <NativeSelect
            size="md"
            label={t('settings.code.kind')}
            disabled={readOnly}
            data={(['weight', 'price', 'pieces'] as const).map((value) => ({
              value,
              label: t(`settings.code.kinds.${value}`),
            }))}
            value={code.kind}
            onChange={(event) => set(index, { kind: event.currentTarget.value as WeightCode['kind'] })}
          />
          <NumberInput
            size="md"
            w={120}
            label={t('settings.code.divisor')}
            min={1}
            readOnly={readOnly}
            value={code.divisor}
            onChange={(value) => typeof value === 'number' && set(index, { divisor: value })}
          />
          {!readOnly && (
            <CloseButton
              size="lg"
              aria-label={t('settings.code.remove')}
              onClick={() => props.onChange(codes.filter((_, at) => at !== index))}
            />
          )}
        </Group>
      ))}
      {!readOnly && (
        <Group>
          <Button variant="default" onClick={add}>
            {t('settings.code.add')}
          </Button>
        </Group>
      )}
    </Card>
  );
}
