import { Button, Group, Modal, Select, Stack, Switch, TextInput } from '@mantine/core';
import { useAction } from '@/api/action';
import { deviceKeys } from '@/api/devices';
import { fieldProblem } from '@/api/problem';
import { saveTill, settingsKeys } from '@/api/settings';
import type { Device, DeviceKind, Till } from '@/api/types';
import { useDraft } from '@/components/draft';
import { ProblemNote } from '@/components/ProblemNote';
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
  const { draft, set } = useDraft({
    name: till?.name ?? '',
    printer_id: till?.printer_id ?? null,
    terminal_id: till?.terminal_id ?? null,
    scanner_id: till?.scanner_id ?? null,
    drawer: till?.drawer ?? true,
  });
  const saving = useAction(saveTill, { stale: [settingsKeys.tills, deviceKeys.all], onDone: onClose });
  const save = (archived: boolean) =>
    saving.mutate({
      ...draft,
      archived,
      ...(till ? { id: till.id, version: till.version, number: till.number } : {}),
    });
  const ofKind = (kind: DeviceKind) =>
    devices
      .filter((device) => device.kind === kind)
      .map((device) => ({ value: device.id, label: device.name }));
  return (
    <Modal opened onClose={onClose} title={till?.name ?? t('till_card.new')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save(till?.archived ?? false);
        }}
      >
        <Stack>
          <TextInput
            data-autofocus
            label={t('till_card.name')}
            value={draft.name}
            error={fieldProblem(saving.error, 'name')}
            onChange={(event) => set('name', event.currentTarget.value)}
            required
          />
          {SLOTS.map(([kind, slot]) => (
            <Select
              key={slot}
              clearable
              label={t(`device.kind.${kind}`)}
              placeholder={t('till_card.no_device')}
              data={ofKind(kind)}
              value={draft[slot]}
              error={fieldProblem(saving.error, slot)}
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
          <ProblemNote error={saving.error} />
          <Group justify="space-between">
            {till ? (
              <Button variant="subtle" color="gray" onClick={() => save(!till.archived)}>
                {t(till.archived ? 'common.restore' : 'common.archive')}
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
    </Modal>
  );
}
