import { Button, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import type { Discount, Money } from '@/api/types';
import { useIdentity } from '@/app/identity';
import { useT } from '@/i18n';
import { DiscountFields, discountOf, textOf, useWithinLimit } from './DiscountFields';

const USUAL_PERCENT = ['3', '5', '10', '15'];

export function DiscountModal(props: {
  title: string;
  current: Discount | null;
  base: Money;
  onClose: () => void;
  onSave: (discount: Discount | null) => void;
}) {
  const t = useT();
  const limit = Number(useIdentity().discount_limit_percent);
  const within = useWithinLimit();
  const [value, setValue] = useState(textOf(props.current));
  const ready = within(value, props.base);
  return (
    <Modal opened onClose={props.onClose} title={props.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) props.onSave(discountOf(value, props.base.currency));
        }}
      >
        <Stack>
          <DiscountFields autoFocus base={props.base} value={value} onChange={setValue} />
          <Group gap="xs">
            {USUAL_PERCENT.filter((percent) => Number(percent) <= limit).map((percent) => (
              <Button
                key={percent}
                variant="default"
                onClick={() => setValue({ kind: 'percent', text: percent })}
              >
                {percent} %
              </Button>
            ))}
          </Group>
          <Group justify="space-between">
            <Button variant="subtle" color="red" disabled={!props.current} onClick={() => props.onSave(null)}>
              {t('till.no_discount')}
            </Button>
            <Button type="submit" disabled={!ready}>
              {t('common.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
