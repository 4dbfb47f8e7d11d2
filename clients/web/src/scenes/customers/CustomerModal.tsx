import { Button, Stack, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { eraseCustomer, partyKeys, saveCustomer } from '@/api/parties';
import type { Customer, CustomerInput } from '@/api/types';
import { sayDone } from '@/app/toasts';
import { AskModal } from '@/components/AskModal';
import { FormModal } from '@/components/form/FormModal';
import { useForm } from '@/components/form/useForm';
import { useT } from '@/i18n';

type Draft = Required<Pick<CustomerInput, 'name' | 'phone' | 'note'>>;

/** A customer's card; erasing it cannot be taken back, so the name is written once more. */
export function CustomerModal(props: {
  customer: Customer | null;
  /** What a search had been for. */
  name?: string;
  onSaved?: (customer: Customer) => void;
  onClose: () => void;
}) {
  const t = useT();
  const { customer, onClose } = props;
  const [erasing, setErasing] = useState(false);
  const form = useForm({
    place: `customer/${customer?.id ?? 'new'}`,
    initial: {
      name: customer?.name ?? props.name ?? '',
      phone: customer?.phone ?? '',
      note: customer?.note ?? '',
    } as Draft,
    check: (draft) => ({ name: draft.name.trim() === '' ? t('form.needed') : undefined }),
    read: (draft) => ({ ...draft, ...(customer ? { id: customer.id, version: customer.version } : {}) }),
    save: saveCustomer,
    stale: [partyKeys.customers],
    onDone: (saved) => {
      sayDone(t('common.saved'));
      props.onSaved?.(saved);
      onClose();
    },
  });
  const erase = useAction(eraseCustomer, { stale: [partyKeys.customers], onDone: onClose });
  return (
    <FormModal
      form={form}
      isNew={customer === null}
      title={customer?.name ?? t('customer.new')}
      onClose={onClose}
      beside={
        customer && (
          <Button variant="subtle" color="red" onClick={() => setErasing(true)}>
            {t('customer.erase')}
          </Button>
        )
      }
      after={
        customer && (
          <AskModal
            opened={erasing}
            onClose={() => setErasing(false)}
            title={t('customer.erase')}
            text={t('customer.erase_text', { name: customer.name })}
            name={customer.name}
            confirm={t('customer.erase')}
            danger
            busy={erase.isPending}
            error={erase.error}
            onConfirm={() => erase.mutate(customer.id)}
          />
        )
      }
    >
      <Stack>
        <TextInput data-autofocus label={t('customer.name')} required {...form.text('name')} />
        <TextInput label={t('customer.phone')} type="tel" placeholder="+7" {...form.text('phone')} />
        <Textarea label={t('customer.note')} {...form.text('note')} />
      </Stack>
    </FormModal>
  );
}
