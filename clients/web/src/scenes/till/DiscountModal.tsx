import { Button, Group, Stack } from '@mantine/core';
import type { Discount, Money } from '@/api/types';
import { useIdentity } from '@/app/identity';
import { FormModal } from '@/components/form/FormModal';
import { useForm } from '@/components/form/useForm';
import { useT } from '@/i18n';
import { DiscountFields, discountOf, textOf, useDiscountProblem } from './DiscountFields';

const USUAL_PERCENT = ['3', '5', '10', '15'];

export function DiscountModal(props: {
  title: string;
  cart: string;
  current: Discount | null;
  base: Money;
  save: (discount: Discount | null, key: string) => Promise<void>;
  onClose: () => void;
}) {
  const t = useT();
  const limit = Number(useIdentity().discount_limit_percent);
  const problem = useDiscountProblem(props.current);
  const form = useForm({
    place: `discount/${props.cart}`,
    initial: { discount: textOf(props.current) },
    check: ({ discount }) => ({ discount: problem(discount, props.base) }),
    read: ({ discount }) => discountOf(discount, props.base.currency),
    save: props.save,
    onDone: props.onClose,
  });
  const set = (text: string) => form.set('discount', { kind: 'percent', text });
  return (
    <FormModal
      form={form}
      isNew
      onClose={props.onClose}
      title={props.title}
      beside={
        <Button
          variant="subtle"
          color="red"
          disabled={!props.current}
          onClick={() => form.saving.mutate(null)}
        >
          {t('till.no_discount')}
        </Button>
      }
    >
      <Stack>
        <DiscountFields
          autoFocus
          given={props.current}
          base={props.base}
          value={form.draft.discount}
          field={form.field('discount')}
          onChange={(discount) => form.set('discount', discount)}
        />
        <Group gap="xs">
          {USUAL_PERCENT.filter((percent) => Number(percent) <= limit).map((percent) => (
            <Button key={percent} variant="default" onClick={() => set(percent)}>
              {percent} %
            </Button>
          ))}
        </Group>
      </Stack>
    </FormModal>
  );
}
