import { Button, Group, Modal, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { customersQuery, partyKeys, saveCustomer } from '@/api/parties';
import type { CustomerRef } from '@/api/types';
import { useMay } from '@/app/identity';
import { Form } from '@/components/form/Form';
import { useForm } from '@/components/form/useForm';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import { formatPhone } from '@/lib/phone';
import classes from './Till.module.css';

/** A customer by telephone or name; one who is not there yet is made in the same place. */
export function CustomerPicker(props: {
  cart: string;
  current: CustomerRef | null;
  onClose: () => void;
  onChoose: (id: string | null) => void;
}) {
  const t = useT();
  const may = useMay();
  const [text, setText] = useState('');
  const [q] = useDebouncedValue(text.trim(), 150);
  const found = useInfiniteQuery(customersQuery({ q: q || undefined }));
  const people = found.data?.pages[0]?.items.slice(0, 8) ?? [];
  const isPhone = /^[+\d][\d\s()-]{4,}$/.test(text.trim());
  // A name is all that is asked of somebody whose telephone nobody knows yet.
  const form = useForm({
    place: `new-customer/${props.cart}`,
    initial: { name: '' },
    check: ({ name }) => ({ name: name.trim() === '' ? t('form.needed') : undefined }),
    read: ({ name }) => ({ name: name.trim(), phone: text.trim(), note: '' }),
    save: saveCustomer,
    stale: [partyKeys.customers],
    onDone: (customer) => props.onChoose(customer.id),
  });
  const close = () => {
    form.forget();
    props.onClose();
  };
  const choose = (id: string | null) => {
    form.forget();
    props.onChoose(id);
  };

  return (
    <Modal opened onClose={close} title={t('till.customer')}>
      <Stack>
        <TextInput
          data-autofocus
          size="lg"
          inputMode="tel"
          label={t('till.customer_find')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            const only = people.length === 1 ? people[0] : null;
            if (event.key === 'Enter' && only) choose(only.id);
          }}
        />
        <ProblemNote error={found.error} />
        {people.map((person) => (
          <UnstyledButton key={person.id} className={classes.choice} onClick={() => choose(person.id)}>
            <strong>{person.name}</strong>
            <span className="num soft">{formatPhone(person.phone)}</span>
          </UnstyledButton>
        ))}
        {found.isSuccess && people.length === 0 && !isPhone && (
          <Text className="soft">{t('till.customer_none')}</Text>
        )}
        {isPhone && people.length === 0 && may('parties.edit') && (
          <Form form={form} isNew wide submit={t('till.customer_add')}>
            <TextInput label={t('till.customer_new')} required {...form.text('name')} />
          </Form>
        )}
        {props.current && (
          <Group>
            <Button variant="subtle" color="red" onClick={() => choose(null)}>
              {t('till.customer_remove', { name: props.current.name })}
            </Button>
          </Group>
        )}
      </Stack>
    </Modal>
  );
}
