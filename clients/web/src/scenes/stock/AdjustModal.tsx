import { Button, Modal, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { catalogKeys, productQuery } from '@/api/catalog';
import { fieldProblem } from '@/api/problem';
import { adjustStock, stockKeys } from '@/api/stock';
import { ADJUSTMENT_KINDS, type AdjustmentKind } from '@/api/types';
import { sayDone } from '@/app/toasts';
import { Quantity } from '@/components/Figures';
import { ProblemNote } from '@/components/ProblemNote';
import { ProductPicker } from '@/components/ProductPicker';
import { useT } from '@/i18n';
import { parseQuantity } from '@/lib/quantity';

/** An official change of stock without a sale: kind, quantity, reason. */
export function AdjustModal({ productId, onClose }: { productId?: string; onClose: () => void }) {
  const t = useT();
  const [chosen, setChosen] = useState(productId ?? null);
  const [kind, setKind] = useState<AdjustmentKind>('counted');
  const [quantity, setQuantity] = useState('');
  const [reason, setReason] = useState('');
  const [comment, setComment] = useState('');
  const product = useQuery({ ...productQuery(chosen ?? ''), enabled: chosen !== null });
  const saving = useAction(adjustStock, {
    stale: [stockKeys.all, catalogKeys.all],
    onDone: () => {
      sayDone(t('common.saved'));
      onClose();
    },
  });
  const count = parseQuantity(quantity);
  const ready = chosen !== null && count !== null && reason.trim() !== '';
  return (
    <Modal opened onClose={onClose} title={t('stock.adjust')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (chosen === null || count === null) return;
          saving.mutate({
            product_id: chosen,
            kind,
            quantity: count,
            reason: reason.trim(),
            comment: comment.trim(),
          });
        }}
      >
        <Stack>
          <ProductPicker
            label={t('stock.product')}
            name={product.data?.name}
            onChoose={(hit) => setChosen(hit.id)}
          />
          {product.data && (
            <span>
              {t('stock.now')} <Quantity of={product.data.stock ?? '0'} unit={product.data.unit} />
            </span>
          )}
          <Select
            label={t('stock.kind_label')}
            data={ADJUSTMENT_KINDS.map((value) => ({ value, label: t(`stock.kind.${value}`) }))}
            value={kind}
            allowDeselect={false}
            onChange={(value) => value && setKind(value as AdjustmentKind)}
          />
          <TextInput
            label={t(kind === 'counted' || kind === 'opening' ? 'stock.counted' : 'till.quantity')}
            inputMode="decimal"
            value={quantity}
            error={
              fieldProblem(saving.error, 'quantity') ??
              (quantity !== '' && count === null && t('problem.not_a_number'))
            }
            onChange={(event) => setQuantity(event.currentTarget.value)}
            required
          />
          <TextInput
            label={t('common.reason')}
            value={reason}
            error={fieldProblem(saving.error, 'reason')}
            onChange={(event) => setReason(event.currentTarget.value)}
            required
          />
          <Textarea
            label={t('stock.comment')}
            value={comment}
            onChange={(event) => setComment(event.currentTarget.value)}
          />
          <ProblemNote error={saving.error} />
          <Button type="submit" size="lg" disabled={!ready} loading={saving.isPending}>
            {t('stock.save')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
