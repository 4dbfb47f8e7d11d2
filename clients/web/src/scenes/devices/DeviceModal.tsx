import { MultiSelect, NativeSelect, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { deviceKeys, profilesQuery, saveDevice } from '@/api/devices';
import { settingsKeys, tillsQuery } from '@/api/settings';
import {
  CONNECTION_TYPES,
  type ConnectionType,
  type Device,
  type DeviceInput,
  type DeviceKind,
  type FoundDevice,
  PROTECTIONS,
  type ProtectionMode,
} from '@/api/types';
import { FormModal } from '@/components/form/FormModal';
import { useForm } from '@/components/form/useForm';
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
  const initial = {
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
  };
  const needed = (text: string) => (text.trim() === '' ? t('form.needed') : undefined);
  const form = useForm({
    place: `device/${device?.id ?? `new-${source?.name ?? ''}`}`,
    initial,
    check: (draft) => ({
      name: needed(draft.name),
      address: connectionFrom(draft.type, draft.address, draft.baud, source?.connection ?? null)
        ? undefined
        : t(`device.address_text.${draft.type}`),
      about: draft.kind === 'terminal' && isNamed(draft.mode) ? needed(draft.about) : undefined,
      pem: draft.kind === 'terminal' && draft.mode === 'https_authority' ? needed(draft.pem) : undefined,
    }),
    read: (draft) => ({
      kind: draft.kind,
      name: draft.name.trim(),
      // Checked above: what is no address is not sent.
      connection: connectionFrom(
        draft.type,
        draft.address,
        draft.baud,
        source?.connection ?? null,
      ) as DeviceInput['connection'],
      profile: draft.profile,
      agent_id: draft.agent_id,
      ...(draft.kind === 'terminal'
        ? { protection: protectionFrom(draft.mode, draft.about.trim(), draft.pem) }
        : {}),
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
    }),
    save: saveDevice,
    stale: [deviceKeys.all, settingsKeys.tills],
    onDone: props.onClose,
  });
  const { draft, set, setDraft } = form;
  const { kind, type, mode } = draft;
  const named = isNamed(mode);
  return (
    <FormModal
      form={form}
      isNew={device === null}
      onClose={props.onClose}
      title={device?.name ?? t('device.add')}
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
        <TextInput data-autofocus label={t('device.name')} required {...form.text('name')} />
        <NativeSelect
          size="md"
          label={t('device.connection')}
          data={CONNECTION_TYPES.map((value) => ({ value, label: t(`device.type.${value}`) }))}
          value={type}
          onChange={(event) => set('type', event.currentTarget.value as ConnectionType)}
        />
        <TextInput
          label={t('device.address')}
          description={
            type === 'usb' && source?.connection.type === 'usb'
              ? t('device.usb_keeps')
              : t(`device.address_text.${type}`)
          }
          required
          {...form.text('address')}
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
            required
            {...form.text('about')}
          />
        )}
        {kind === 'terminal' && mode === 'https_authority' && (
          <Textarea label={t('device.protection_about.ca')} minRows={3} required {...form.text('pem')} />
        )}
        {kind !== 'drawer' && (
          <MultiSelect
            label={t('device.tills')}
            data={(tills.data ?? []).map((till) => ({ value: till.id, label: till.name }))}
            value={draft.till_ids}
            onChange={(ids) => set('till_ids', ids)}
          />
        )}
      </Stack>
    </FormModal>
  );
}

/** Ways that say by what the terminal is known. */
const isNamed = (mode: ProtectionMode) => mode.startsWith('https_') && mode !== 'https_unverified';
