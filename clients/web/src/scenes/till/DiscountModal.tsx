import { Button, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import type { Discount } from '@/api/types';
import { useT } from '@/i18n';
import { DiscountFields, discountOf, textOf } from './DiscountFields';

const USUAL_PERCENT = ['3', '5', '10', '15'];

export function DiscountModal(props: {
  title: string;
  current: Discount | null;
  onClose: () => void;
  onSave: (discount: Discount | null) => void;
}) {
  const t = useT();
  const [value, setValue] = useState(textOf(props.current));
  return (
    <Modal opened onClose={props.onClose} title={props.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          props.onSave(discountOf(value));
        }}
      >
        <Stack>
          <DiscountFields autoFocus value={value} onChange={setValue} />
          <Group gap="xs">
            {USUAL_PERCENT.map((percent) => (
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
            <Button type="submit">{t('common.save')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
