import { Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { catalogKeys, productQuery } from '@/api/catalog';
import { adjustStock, stockKeys } from '@/api/stock';
import { ADJUSTMENT_KINDS, type AdjustmentInput, type AdjustmentKind } from '@/api/types';
import { sayDone } from '@/app/toasts';
import { Quantity } from '@/components/Figures';
import { FormModal } from '@/components/form/FormModal';
import { useForm } from '@/components/form/useForm';
import { ProductPicker } from '@/components/ProductPicker';
import { useT } from '@/i18n';
import { parseQuantity } from '@/lib/quantity';

/** An official change of stock without a sale: kind, quantity, reason. */
export function AdjustModal({ productId, onClose }: { productId?: string; onClose: () => void }) {
  const t = useT();
  const form = useForm({
    place: `adjustment/${productId ?? 'new'}`,
    initial: {
      product_id: productId ?? '',
      kind: 'counted' as AdjustmentKind,
      quantity: '',
      reason: '',
      comment: '',
    },
    check: (draft) => ({
      product_id: draft.product_id === '' ? t('form.needed') : undefined,
      quantity: parseQuantity(draft.quantity) === null ? t('problem.not_a_number') : undefined,
      reason: draft.reason.trim() === '' ? t('form.needed') : undefined,
    }),
    read: (draft): AdjustmentInput => ({
      ...draft,
      quantity: parseQuantity(draft.quantity) ?? '0',
      reason: draft.reason.trim(),
      comment: draft.comment.trim(),
    }),
    save: adjustStock,
    stale: [stockKeys.all, catalogKeys.all],
    onDone: () => {
      sayDone(t('common.saved'));
      onClose();
    },
  });
  const { draft, set } = form;
  const product = useQuery({ ...productQuery(draft.product_id), enabled: draft.product_id !== '' });
  return (
    <FormModal form={form} isNew onClose={onClose} title={t('stock.adjust')} submit={t('stock.save')}>
      <Stack>
        <ProductPicker
          label={t('stock.product')}
          name={product.data?.name}
          {...form.field('product_id')}
          onChoose={(hit) => set('product_id', hit.id)}
        />
        {product.data && (
          <span>
            {t('stock.now')} <Quantity of={product.data.stock ?? '0'} unit={product.data.unit} />
          </span>
        )}
        <Select
          label={t('stock.kind_label')}
          data={ADJUSTMENT_KINDS.map((value) => ({ value, label: t(`stock.kind.${value}`) }))}
          value={draft.kind}
          allowDeselect={false}
          onChange={(value) => value && set('kind', value as AdjustmentKind)}
        />
        <TextInput
          label={t(draft.kind === 'counted' || draft.kind === 'opening' ? 'stock.counted' : 'till.quantity')}
          inputMode="decimal"
          required
          {...form.text('quantity')}
        />
        <TextInput label={t('common.reason')} required {...form.text('reason')} />
        <Textarea label={t('stock.comment')} {...form.text('comment')} />
      </Stack>
    </FormModal>
  );
}
