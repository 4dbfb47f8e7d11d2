import { Button, FileButton, Select, SimpleGrid, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useAction } from '@/api/action';
import { photoUrl, uploadFile } from '@/api/catalog';
import { setupQuery } from '@/api/session';
import { sayProblem } from '@/app/toasts';
import { Card } from '@/components/Page';
import { VatSelect } from '@/components/VatSelect';
import { useT } from '@/i18n';
import { zoneName } from '@/lib/dates';
import { currencyName } from '@/lib/money';
import classes from './Settings.module.css';
import type { SettingsPart } from './SettingsScene';

export function StoreSettings({ draft, set, field: fieldOf, readOnly }: SettingsPart) {
  const t = useT();
  const setup = useQuery(setupQuery);
  const { store } = draft;
  const uploading = useAction(uploadFile, {
    onDone: (file) => set('store', { ...store, logo_hash: file.hash }),
  });
  const field = (name: 'name' | 'bin' | 'address' | 'phone') => ({
    ...fieldOf(`store.${name}`),
    value: store[name],
    onChange: (event: { currentTarget: { value: string } }) =>
      set('store', { ...store, [name]: event.currentTarget.value }),
  });
  return (
    <Card title={t('settings.store')}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput label={t('settings.name')} required {...field('name')} />
        <TextInput label={t('settings.bin')} inputMode="numeric" maxLength={12} {...field('bin')} />
        <TextInput label={t('settings.address')} {...field('address')} />
        <TextInput label={t('settings.phone')} type="tel" {...field('phone')} />
        <Select
          label={t('settings.zone')}
          searchable
          {...fieldOf('zone')}
          data={[...new Set([draft.zone, ...(setup.data?.zones ?? [])])].map((zone) => ({
            value: zone,
            label: zoneName(zone),
          }))}
          value={draft.zone}
          allowDeselect={false}
          onChange={(zone) => zone && set('zone', zone)}
        />
        <TextInput label={t('settings.currency')} value={currencyName(draft.currency)} readOnly />
      </SimpleGrid>
      <VatSelect
        rates={setup.data?.vat_rates ?? []}
        currency={draft.currency}
        value={draft.vat_rate ?? null}
        {...fieldOf('vat_rate')}
        onChange={(rate) => set('vat_rate', rate)}
      />
      <div className={classes.logo}>
        {store.logo_hash && <img src={photoUrl(store.logo_hash)} alt={t('settings.logo')} />}
        {!readOnly && (
          <FileButton
            accept="image/png,image/jpeg"
            onChange={(file) => file && uploading.mutate(file, { onError: sayProblem })}
          >
            {(button) => (
              <Button {...button} variant="default" loading={uploading.isPending}>
                {t(store.logo_hash ? 'settings.logo_change' : 'settings.logo_add')}
              </Button>
            )}
          </FileButton>
        )}
        {store.logo_hash && !readOnly && (
          <Button variant="subtle" color="red" onClick={() => set('store', { ...store, logo_hash: null })}>
            {t('settings.logo_remove')}
          </Button>
        )}
      </div>
    </Card>
  );
}
