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
import { fieldProblem } from '@/api/problem';
import { type ProductKind, UNITS, type Unit, type VatRate } from '@/api/types';
import { useCurrency, useMay } from '@/app/identity';
import { useScans } from '@/app/scans';
import { Card } from '@/components/Page';
import { SumInput } from '@/components/SumInput';
import { useT } from '@/i18n';
import { CategorySelect } from './CategorySelect';
import type { ProductForm } from './productForm';

/** Everything that a person writes about a good. A scan goes into its barcodes. */
export function ProductFields(props: {
  form: ProductForm;
  rates: VatRate[];
  error: unknown;
  editable: boolean;
}) {
  const t = useT();
  const may = useMay();
  const currency = useCurrency();
  const { form, error, editable } = props;
  const { draft, set, wrong } = form;
  const readOnly = !editable;
  useScans((code) => {
    if (!draft.barcodes.includes(code)) set('barcodes', [...draft.barcodes, code]);
  }, editable);
  const text = (name: 'name' | 'sku' | 'brand') => ({
    value: draft[name],
    readOnly,
    error: fieldProblem(error, name),
    onChange: (event: { currentTarget: { value: string } }) => set(name, event.currentTarget.value),
  });
  const code = (name: 'gtin' | 'ntin') => ({
    value: draft[name] ?? '',
    readOnly,
    error: fieldProblem(error, name),
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
        <TextInput label={t('product.name')} required {...text('name')} />
        <TagsInput
          size="md"
          label={t('product.barcodes')}
          description={t('product.barcodes_text')}
          splitChars={[' ', ',', ';']}
          readOnly={readOnly}
          error={fieldProblem(error, 'barcodes')}
          value={draft.barcodes}
          onChange={(barcodes) => set('barcodes', barcodes)}
        />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <SumInput
            label={t('product.price')}
            description={draft.price === '' ? t('product.no_price_text') : undefined}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            currency={currency}
            readOnly={readOnly}
            value={draft.price}
            onText={(value) => set('price', value)}
            error={fieldProblem(error, 'price') ?? (wrong.price && t('problem.not_a_sum'))}
          />
          {may('cost.view') && (
            <SumInput
              label={t('product.purchase_price')}
              currency={currency}
              readOnly={readOnly}
              value={draft.purchase_price}
              onText={(value) => set('purchase_price', value)}
              error={
                fieldProblem(error, 'purchase_price') ?? (wrong.purchase_price && t('problem.not_a_sum'))
              }
            />
          )}
          <TextInput label={t('product.sku')} placeholder={t('product.sku_text')} {...text('sku')} />
          <CategorySelect
            label={t('product.category')}
            readOnly={readOnly}
            value={draft.category_id}
            onChange={(category) => set('category_id', category)}
          />
          <TextInput label={t('product.brand')} {...text('brand')} />
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
            <TextInput
              label={t('product.minimum')}
              inputMode="decimal"
              readOnly={readOnly}
              value={draft.minimum}
              error={fieldProblem(error, 'minimum') ?? (wrong.minimum && t('problem.not_a_number'))}
              onChange={(event) => set('minimum', event.currentTarget.value)}
            />
          )}
          <TextInput label="GTIN" inputMode="numeric" {...code('gtin')} />
          <TextInput label="NTIN" inputMode="numeric" {...code('ntin')} />
        </SimpleGrid>
        <Textarea
          label={t('product.description')}
          autosize
          minRows={2}
          readOnly={readOnly}
          value={draft.description}
          onChange={(event) => set('description', event.currentTarget.value)}
        />
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
