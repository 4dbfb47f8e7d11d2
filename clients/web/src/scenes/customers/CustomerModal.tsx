import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { eraseCustomer, partyKeys, saveCustomer } from '@/api/parties';
import { fieldProblem } from '@/api/problem';
import type { Customer } from '@/api/types';
import { AskModal } from '@/components/AskModal';
import { useDraft } from '@/components/draft';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';

export function CustomerModal({ customer, onClose }: { customer: Customer | null; onClose: () => void }) {
  const t = useT();
  const [erasing, setErasing] = useState(false);
  const { draft, set } = useDraft({
    name: customer?.name ?? '',
    phone: customer?.phone ?? '',
    note: customer?.note ?? '',
  });
  const saving = useAction(saveCustomer, { stale: [partyKeys.customers], onDone: onClose });
  const erase = useAction(eraseCustomer, { stale: [partyKeys.customers], onDone: onClose });
  return (
    <Modal opened onClose={onClose} title={customer?.name ?? t('customer.new')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          saving.mutate({ ...draft, ...(customer ? { id: customer.id, version: customer.version } : {}) });
        }}
      >
        <Stack>
          <TextInput
            data-autofocus
            label={t('customer.name')}
            value={draft.name}
            error={fieldProblem(saving.error, 'name')}
            onChange={(event) => set('name', event.currentTarget.value)}
            required
          />
          <TextInput
            label={t('customer.phone')}
            type="tel"
            placeholder="+7"
            value={draft.phone}
            error={fieldProblem(saving.error, 'phone')}
            onChange={(event) => set('phone', event.currentTarget.value)}
          />
          <Textarea
            label={t('customer.note')}
            value={draft.note}
            onChange={(event) => set('note', event.currentTarget.value)}
          />
          <ProblemNote error={saving.error} />
          <Group justify="space-between">
            {customer ? (
              <Button variant="subtle" color="red" onClick={() => setErasing(true)}>
                {t('customer.erase')}
              </Button>
            ) : (
              <span />
            )}
            <Button type="submit" loading={saving.isPending} disabled={draft.name.trim() === ''}>
              {t('common.save')}
            </Button>
          </Group>
        </Stack>
      </form>
      {customer && (
        <AskModal
          opened={erasing}
          onClose={() => setErasing(false)}
          title={t('customer.erase')}
          text={t('customer.erase_text', { name: customer.name })}
          confirm={t('customer.erase')}
          danger
          busy={erase.isPending}
          error={erase.error}
          onConfirm={() => erase.mutate(customer.id)}
        />
      )}
    </Modal>
  );
}
