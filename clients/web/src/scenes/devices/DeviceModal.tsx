import { Button, Modal, MultiSelect, NativeSelect, Select, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useAction } from '@/api/action';
import { deviceKeys, profilesQuery, saveDevice } from '@/api/devices';
import { fieldProblem } from '@/api/problem';
import { settingsKeys, tillsQuery } from '@/api/settings';
import {
  CONNECTION_TYPES,
  type ConnectionType,
  type Device,
  type DeviceKind,
  type FoundDevice,
  PROTECTIONS,
  type Protection,
} from '@/api/types';
import { useDraft } from '@/components/draft';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';

const KINDS: DeviceKind[] = ['printer', 'terminal', 'scanner', 'drawer'];

/** A device as it is connected; one that was found comes filled in. */
export function DeviceModal(props: {
  device: Device | null;
  found: FoundDevice | null;
  onClose: () => void;
}) {
  const t = useT();
  const { device } = props;
  const source = device ?? props.found;
  const tills = useQuery(tillsQuery);
  const profiles = useQuery(profilesQuery);
  const { draft, set } = useDraft({
    kind: source?.kind ?? ('printer' as DeviceKind),
    name: source?.name ?? '',
    type: source?.connection.type ?? ('network' as ConnectionType),
    address: source?.connection.address ?? '',
    protection: source?.connection.protection ?? ('https_pinned' as Protection),
    profile: source?.profile ?? null,
    agent_id: source?.agent_id ?? null,
    till_ids: device?.till_ids ?? [],
  });
  const saving = useAction(saveDevice, {
    stale: [deviceKeys.all, settingsKeys.tills],
    onDone: props.onClose,
  });
  const { type, address, protection, ...rest } = draft;
  const save = () =>
    saving.mutate({
      ...rest,
      connection: {
        type,
        address: address.trim(),
        ...(draft.kind === 'terminal' ? { protection } : {}),
      },
      ...(device ? { id: device.id, version: device.version } : {}),
    });
  return (
    <Modal opened onClose={props.onClose} title={device?.name ?? t('device.add')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Stack>
          <NativeSelect
            size="md"
            label={t('device.what')}
            disabled={source !== null}
            data={KINDS.map((value) => ({ value, label: t(`device.kind.${value}`) }))}
            value={draft.kind}
            onChange={(event) => set('kind', event.currentTarget.value as DeviceKind)}
          />
          <TextInput
            data-autofocus
            label={t('device.name')}
            value={draft.name}
            error={fieldProblem(saving.error, 'name')}
            onChange={(event) => set('name', event.currentTarget.value)}
            required
          />
          <NativeSelect
            size="md"
            label={t('device.connection')}
            data={CONNECTION_TYPES.map((value) => ({ value, label: t(`device.type.${value}`) }))}
            value={type}
            onChange={(event) => set('type', event.currentTarget.value as ConnectionType)}
          />
          <TextInput
            label={t('device.address')}
            description={t(`device.address_text.${type}`)}
            value={address}
            error={fieldProblem(saving.error, 'connection.address') ?? fieldProblem(saving.error, 'address')}
            onChange={(event) => set('address', event.currentTarget.value)}
            required
          />
          {draft.kind === 'printer' && (
            <Select
              label={t('device.profile')}
              data={(profiles.data ?? []).map((profile) => ({ value: profile.id, label: profile.name }))}
              value={draft.profile}
              onChange={(profile) => set('profile', profile)}
            />
          )}
          {draft.kind === 'terminal' && (
            <NativeSelect
              size="md"
              label={t('device.protection_label')}
              data={PROTECTIONS.map((value) => ({ value, label: t(`device.protection.${value}`) }))}
              value={protection}
              onChange={(event) => set('protection', event.currentTarget.value as Protection)}
            />
          )}
          <MultiSelect
            label={t('device.tills')}
            data={(tills.data ?? []).map((till) => ({ value: till.id, label: till.name }))}
            value={draft.till_ids}
            onChange={(ids) => set('till_ids', ids)}
          />
          <ProblemNote error={saving.error} />
          <Button
            type="submit"
            loading={saving.isPending}
            disabled={draft.name.trim() === '' || address.trim() === ''}
          >
            {t('common.save')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
