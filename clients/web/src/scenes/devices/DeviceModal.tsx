import {
  Button,
  Modal,
  MultiSelect,
  NativeSelect,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
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
  type ProtectionMode,
} from '@/api/types';
import { useDraft } from '@/components/draft';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import { addressOf, connectionFrom, DEFAULT_BAUD, protectionAbout, protectionFrom } from './connection';

/** What terminals of Kaspi call themselves in their certificates. */
const DEFAULT_NAME = 'pos1.kaspipos.kz';
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
  const { draft, set, setDraft } = useDraft({
    kind: source?.kind ?? ('printer' as DeviceKind),
    name: source?.name ?? '',
    type: source?.connection.type ?? ('network' as ConnectionType),
    address: source ? addressOf(source.connection) : '',
    baud: source?.connection.type === 'serial' ? (source.connection.baud ?? DEFAULT_BAUD) : DEFAULT_BAUD,
    mode: device?.protection?.mode ?? ('https_name' as ProtectionMode),
    about: device ? protectionAbout(device.protection) : DEFAULT_NAME,
    pem: device?.protection?.mode === 'https_authority' ? device.protection.ca_pem : '',
    profile: source?.profile ?? null,
    agent_id: source?.agent_id ?? null,
    till_ids: device?.till_ids ?? [],
  });
  const saving = useAction(saveDevice, {
    stale: [deviceKeys.all, settingsKeys.tills],
    onDone: props.onClose,
  });
  const { kind, name, type, address, baud, mode, about, pem, profile, agent_id } = draft;
  const connection = connectionFrom(type, address, baud);
  const named = mode.startsWith('https_') && mode !== 'https_unverified';
  const ready =
    name.trim() !== '' &&
    connection !== null &&
    (kind !== 'terminal' || !named || (about.trim() !== '' && (mode !== 'https_authority' || pem !== '')));
  const save = () =>
    connection &&
    saving.mutate({
      kind,
      name: name.trim(),
      connection,
      profile,
      agent_id,
      ...(kind === 'terminal' ? { protection: protectionFrom(mode, about.trim(), pem) } : {}),
      ...(device
        ? {
            id: device.id,
            version: device.version,
            printer: device.printer,
            scanner: device.scanner,
            serial_number: device.serial_number,
            terminal_id: device.terminal_id,
          }
        : {}),
      tills: (tills.data ?? []).map((till) => ({ till, serves: draft.till_ids.includes(till.id) })),
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
          {kind === 'terminal' && (
            <NativeSelect
              size="md"
              label={t('device.protection_label')}
              data={PROTECTIONS.map((value) => ({ value, label: t(`device.protection.${value}`) }))}
              value={mode}
              onChange={(event) => {
                const next = event.currentTarget.value as ProtectionMode;
                setDraft({ ...draft, mode: next, about: next === 'https_pinned' ? '' : DEFAULT_NAME });
              }}
            />
          )}
          {kind === 'terminal' && !named && <Text c="red">{t('device.protection_warning')}</Text>}
          {kind === 'terminal' && named && (
            <TextInput
              label={t(`device.protection_about.${mode === 'https_pinned' ? mode : 'https_name'}`)}
              value={about}
              onChange={(event) => set('about', event.currentTarget.value)}
              required
            />
          )}
          {kind === 'terminal' && mode === 'https_authority' && (
            <Textarea
              label={t('device.protection_about.ca')}
              value={pem}
              minRows={3}
              onChange={(event) => set('pem', event.currentTarget.value)}
              required
            />
          )}
          {kind !== 'drawer' && (
            <MultiSelect
              label={t('device.tills')}
              data={(tills.data ?? []).map((till) => ({ value: till.id, label: till.name }))}
              value={draft.till_ids}
              onChange={(ids) => set('till_ids', ids)}
            />
          )}
          <ProblemNote error={saving.error} />
          <Button type="submit" loading={saving.isPending} disabled={!ready}>
            {t('common.save')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
