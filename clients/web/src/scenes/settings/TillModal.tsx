import { Button, Select, Stack, Switch, TextInput } from '@mantine/core';
import { useAction } from '@/api/action';
import { deviceKeys } from '@/api/devices';
import { saveTill, settingsKeys, type TillInput } from '@/api/settings';
import type { Device, DeviceKind, Till } from '@/api/types';
import { sayProblem } from '@/app/toasts';
import { FormModal } from '@/components/form/FormModal';
import { useForm } from '@/components/form/useForm';
import { useT } from '@/i18n';
import { TillDisplays } from '@/scenes/display/TillDisplays';

const SLOTS = [
  ['printer', 'printer_id'],
  ['terminal', 'terminal_id'],
  ['scanner', 'scanner_id'],
] as const;

/** A till and the devices that serve it. */
export function TillModal({
  till,
  devices,
  onClose,
}: {
  till: Till | null;
  devices: Device[];
  onClose: () => void;
}) {
  const t = useT();
  const card = till ? { id: till.id, version: till.version, number: till.number } : {};
  const form = useForm({
    place: `till/${till?.id ?? 'new'}`,
    initial: {
      name: till?.name ?? '',
      printer_id: till?.printer_id ?? null,
      terminal_id: till?.terminal_id ?? null,
      scanner_id: till?.scanner_id ?? null,
      drawer: till?.drawer ?? true,
    },
    check: (draft) => ({ name: draft.name.trim() === '' ? t('form.needed') : undefined }),
    read: (draft): TillInput => ({ ...draft, ...card, archived: till?.archived ?? false }),
    save: saveTill,
    stale: [settingsKeys.tills, deviceKeys.all],
    onDone: onClose,
  });
  const { draft, set } = form;
  const archiving = useAction(saveTill, { stale: [settingsKeys.tills, deviceKeys.all], onDone: onClose });
  const archive = () =>
    till && archiving.mutate({ ...till, archived: !till.archived }, { onError: sayProblem });
  const ofKind = (kind: DeviceKind) =>
    devices
      .filter((device) => device.kind === kind)
      .map((device) => ({ value: device.id, label: device.name }));
  return (
    <FormModal
      form={form}
      isNew={till === null}
      onClose={onClose}
      title={till?.name ?? t('till_card.new')}
      beside={
        till && (
          <Button variant="subtle" color="gray" loading={archiving.isPending} onClick={archive}>
            {t(till.archived ? 'common.restore' : 'common.archive')}
          </Button>
        )
      }
    >
      <Stack>
        <TextInput data-autofocus label={t('till_card.name')} required {...form.text('name')} />
        {SLOTS.map(([kind, slot]) => (
          <Select
            key={slot}
            clearable
            label={t(`device.kind.${kind}`)}
            placeholder={t('till_card.no_device')}
            data={ofKind(kind)}
            value={draft[slot]}
            {...form.field(slot)}
            onChange={(id) => set(slot, id)}
          />
        ))}
        <Switch
          size="md"
          label={t('till_card.has_drawer')}
          checked={draft.drawer}
          onChange={(event) => set('drawer', event.currentTarget.checked)}
        />
        {till && !till.archived && <TillDisplays till={till.id} />}
      </Stack>
    </FormModal>
  );
}
