import { Select, Stack, TextInput } from '@mantine/core';
import { catalogKeys, saveProduct, UNSAID } from '@/api/catalog';
import type { Product, Unit } from '@/api/types';
import { useCurrency } from '@/app/identity';
import { FormModal } from '@/components/form/FormModal';
import { useForm } from '@/components/form/useForm';
import { SumInput } from '@/components/SumInput';
import { useT } from '@/i18n';
import { money, parseAmount } from '@/lib/money';

const UNITS_AT_TILL: Unit[] = ['pcs', 'kg', 'pack', 'l'];

/** A good that nobody has entered yet, made without leaving the till: name and price, the rest later. */
export function QuickProduct(props: {
  barcode: string;
  onClose: () => void;
  onMade: (product: Product) => void;
}) {
  const t = useT();
  const currency = useCurrency();
  const form = useForm({
    place: `quick-product/${props.barcode}`,
    initial: { barcodes: [props.barcode], name: '', price: '', unit: 'pcs' as Unit },
    check: (draft) => ({
      name: draft.name.trim() === '' ? t('form.needed') : undefined,
      price: parseAmount(draft.price, currency) === null ? t('problem.not_a_sum') : undefined,
    }),
    read: (draft) => ({
      ...UNSAID,
      ...draft,
      name: draft.name.trim(),
      price: money(parseAmount(draft.price, currency) ?? '0', currency),
      vat_rate_id: null,
    }),
    save: saveProduct,
    stale: [catalogKeys.all],
    onDone: props.onMade,
  });
  const { draft, set } = form;

  return (
    <FormModal
      form={form}
      isNew
      wide
      onClose={props.onClose}
      title={t('till.create_product')}
      submit={t('till.create_and_add')}
    >
      <Stack>
        <TextInput
          label={t('product.barcode')}
          {...form.field('barcodes')}
          value={props.barcode}
          readOnly
          tabIndex={-1}
        />
        <TextInput data-autofocus label={t('product.name')} required {...form.text('name')} />
        <SumInput
          label={t('product.price')}
          currency={currency}
          required
          {...form.field('price')}
          value={draft.price}
          onText={(price) => set('price', price)}
        />
        <Select
          label={t('product.unit')}
          data={UNITS_AT_TILL.map((value) => ({ value, label: t(`unit.${value}`) }))}
          value={draft.unit}
          allowDeselect={false}
          onChange={(value) => value && set('unit', value as Unit)}
        />
      </Stack>
    </FormModal>
  );
}
