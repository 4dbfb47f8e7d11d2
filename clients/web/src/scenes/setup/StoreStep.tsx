import { Button, Select, SimpleGrid, Stack, TextInput, Title } from '@mantine/core';
import { fieldProblem } from '@/api/problem';
import type { SetupInput, SetupState } from '@/api/types';
import { VatSelect } from '@/components/VatSelect';
import { useT } from '@/i18n';
import { zoneName } from '@/lib/dates';
import { currencyName } from '@/lib/money';

import classes from './Setup.module.css';

type Store = SetupInput['store'];

export function StoreStep(props: {
  setup: SetupState;
  value: Store;
  error: unknown;
  busy: boolean;
  onChange: (value: Store) => void;
  onNext: () => void;
  /** Instead of a store of one's own: one to look at. */
  onDemo?: () => void;
}) {
  const t = useT();
  const { value, error } = props;
  const set = (change: Partial<Store>) => props.onChange({ ...value, ...change });
  const field = (name: 'name' | 'bin' | 'address' | 'phone') => ({
    value: value[name],
    error: fieldProblem(error, `store.${name}`),
    onChange: (event: { currentTarget: { value: string } }) => set({ [name]: event.currentTarget.value }),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        props.onNext();
      }}
    >
      <Stack>
        <Title order={1} size="h2">
          {t('setup.store')}
        </Title>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput autoFocus label={t('settings.name')} {...field('name')} required />
          <TextInput label={t('settings.address')} {...field('address')} />
          <TextInput
            label={t('settings.bin')}
            inputMode="numeric"
            maxLength={12}
            description={t('setup.bin_text')}
            {...field('bin')}
          />
          <TextInput
            label={t('settings.phone')}
            description={t('setup.phone_text')}
            type="tel"
            {...field('phone')}
          />
        </SimpleGrid>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Select
            label={t('settings.zone')}
            searchable
            data={props.setup.zones.map((zone) => ({ value: zone, label: zoneName(zone) }))}
            value={value.zone}
            allowDeselect={false}
            onChange={(zone) => zone && set({ zone })}
          />
          <Select
            label={t('settings.currency')}
            data={props.setup.currencies.map((code) => ({
              value: code,
              label: currencyName(code),
            }))}
            value={value.currency}
            allowDeselect={false}
            onChange={(currency) => currency && set({ currency, vat_rate: null })}
          />
        </SimpleGrid>
        <VatSelect
          rates={props.setup.vat_rates}
          currency={value.currency}
          value={value.vat_rate}
          onChange={(vat_rate) => set({ vat_rate })}
        />
        <Button type="submit" size="lg" disabled={value.name.trim() === ''}>
          {t('common.next')}
        </Button>
        {props.onDemo && (
          <Button variant="default" size="lg" h="auto" py={10} loading={props.busy} onClick={props.onDemo}>
            <span className={classes.demo}>
              {t('setup.demo')}
              <small>{t('setup.demo_text')}</small>
            </span>
          </Button>
        )}
      </Stack>
    </form>
  );
}
