import { Select } from '@mantine/core';
import type { ReactNode } from 'react';
import type { SetupState } from '@/api/types';
import { useT } from '@/i18n';
import { formatQuantity } from '@/lib/quantity';

/** The VAT rate of new goods, or that the store pays no VAT. Only rates of the currency's country are offered. */
export function VatSelect(props: {
  rates: SetupState['vat_rates'];
  currency: string;
  value: string | null;
  /** What a form says of its field. */
  readOnly?: boolean;
  error?: ReactNode;
  onChange: (rate: string) => void;
}) {
  const t = useT();
  const { rates: all, currency, value, onChange, ...field } = props;
  const rates = all.filter((rate) => !rate.currency || rate.currency === currency);
  // What the hub takes where nobody chose: the country's common rate, else none.
  const usual = rates.find((rate) => rate.usual)?.id ?? 'none';
  return (
    <Select
      label={t('settings.vat')}
      description={t('settings.vat_text')}
      {...field}
      allowDeselect={false}
      data={rates.map((rate) => ({
        value: rate.id,
        label:
          rate.id === 'none'
            ? t('settings.vat_none')
            : `${rate.name}${rate.percent === null || rate.percent === undefined ? '' : `, ${formatQuantity(rate.percent)} %`}`,
      }))}
      value={value ?? usual}
      onChange={(rate) => rate && onChange(rate)}
    />
  );
}
