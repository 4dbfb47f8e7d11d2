import {
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  TagsInput,
  Textarea,
  TextInput,
} from '@mantine/core';
import { type ProductKind, UNITS, type Unit, type VatRate } from '@/api/types';
import { useCurrency, useMay } from '@/app/identity';
import { useScans } from '@/app/scans';
import { Card } from '@/components/Page';
import { SumInput } from '@/components/SumInput';
import { useT } from '@/i18n';
import { CategorySelect } from './CategorySelect';
import type { ProductForm } from './productForm';

/** Everything that a person writes about a good. A scan goes into its barcodes. */
export function ProductFields(props: { form: ProductForm; rates: VatRate[] }) {
  const t = useT();
  const may = useMay();
  const currency = useCurrency();
  const { form } = props;
  const { draft, set, readOnly } = form;
  useScans((code) => {
    if (!draft.barcodes.includes(code)) set('barcodes', [...draft.barcodes, code]);
  }, !readOnly);
  const code = (name: 'gtin' | 'ntin') => ({
    ...form.field(name),
    value: draft[name] ?? '',
    onChange: (event: { currentTarget: { value: string } }) =>
      set(name, event.currentTarget.value.trim() || null),
  });

  return (
    <Card>
      <Stack>
        <SegmentedControl
          size="md"
          disabled={readOnly}
          data={[
            { value: 'product', label: t('product.kind.product') },
            { value: 'service', label: t('product.kind.service') },
          ]}
          value={draft.kind}
          onChange={(kind) => {
            set('kind', kind as ProductKind);
            if (kind === 'service') set('unit', 'service');
          }}
        />
        <TextInput label={t('product.name')} required {...form.text('name')} />
        <TagsInput
          size="md"
          label={t('product.barcodes')}
          description={t('product.barcodes_text')}
          splitChars={[' ', ',', ';']}
          {...form.field('barcodes')}
          value={draft.barcodes}
          onChange={(barcodes) => set('barcodes', barcodes)}
        />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <SumInput
            label={t('product.price')}
            description={draft.price === '' ? t('product.no_price_text') : undefined}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            currency={currency}
            {...form.field('price')}
            value={draft.price}
            onText={(value) => set('price', value)}
          />
          {may('cost.view') && (
            <SumInput
              label={t('product.purchase_price')}
              currency={currency}
              {...form.field('purchase_price')}
              value={draft.purchase_price}
              onText={(value) => set('purchase_price', value)}
            />
          )}
          <TextInput label={t('product.sku')} placeholder={t('product.sku_text')} {...form.text('sku')} />
          <CategorySelect
            label={t('product.category')}
            readOnly={readOnly}
            value={draft.category_id}
            onChange={(category) => set('category_id', category)}
          />
          <TextInput label={t('product.brand')} {...form.text('brand')} />
          <Select
            label={t('product.unit')}
            readOnly={readOnly}
            data={UNITS.map((value) => ({ value, label: t(`unit_name.${value}`) }))}
            value={draft.unit}
            allowDeselect={false}
            onChange={(unit) => unit && set('unit', unit as Unit)}
          />
          <Select
            label={t('product.vat')}
            readOnly={readOnly}
            data={props.rates.map((rate) => ({ value: rate.id, label: rate.name }))}
            value={draft.vat_rate_id}
            onChange={(rate) => set('vat_rate_id', rate)}
          />
          {draft.kind === 'product' && (
            <TextInput label={t('product.minimum')} inputMode="decimal" {...form.text('minimum')} />
          )}
          <TextInput label="GTIN" inputMode="numeric" {...code('gtin')} />
          <TextInput label="NTIN" inputMode="numeric" {...code('ntin')} />
        </SimpleGrid>
        <Textarea label={t('product.description')} autosize minRows={2} {...form.text('description')} />
        <Switch
          size="md"
          label={t('product.available')}
          disabled={readOnly}
          checked={draft.available}
          onChange={(event) => set('available', event.currentTarget.checked)}
        />
      </Stack>
    </Card>
  );
}
