import { IconArchive, IconArchiveOff, IconCopy } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useAction } from '@/api/action';
import { archiveProduct, catalogKeys, duplicateProduct, restoreProduct } from '@/api/catalog';
import { stockKeys } from '@/api/stock';
import type { Product, VatRate } from '@/api/types';
import { ScreenActions } from '@/app/actions/ActionButton';
import { useMay } from '@/app/identity';
import { sayDone, sayProblem } from '@/app/toasts';
import { BackLink } from '@/components/BackLink';
import { Form } from '@/components/form/Form';
import { Columns, Page } from '@/components/Page';
import { useT } from '@/i18n';
import { ProductFields } from './ProductFields';
import { PriceHistory, StockMoves, StockNow } from './ProductHistory';
import { ProductPhotos } from './ProductPhotos';
import { useProductForm } from './productForm';

/** The card of one good: what it is on the left, its pictures and past on the right. */
export function ProductCard({ product, rates }: { product: Product; rates: VatRate[] }) {
  const t = useT();
  const may = useMay();
  const navigate = useNavigate();
  const isNew = product.id === '';
  const editable = may('catalog.edit') && !product.archived;
  const open = (id: string, replace = false) =>
    void navigate({ to: '/products/$id', params: { id }, search: {}, replace });
  const stale = [catalogKeys.all, stockKeys.all];
  const form = useProductForm(product, editable, (saved) => {
    sayDone(t('common.saved'));
    if (isNew) open(saved.id, true);
  });
  const restoring = useAction(restoreProduct, { stale });
  const archiving = useAction(archiveProduct, {
    stale,
    onDone: () =>
      sayDone(t('product.archived_done'), {
        label: t('common.take_back'),
        run: () => restoring.mutate(product.id, { onError: sayProblem }),
      }),
  });
  const duplicating = useAction(duplicateProduct, { stale, onDone: (copy) => open(copy.id) });

  /** Goods are kept in stock, services are not. */
  const kept = !isNew && product.kind === 'product';

  return (
    <Page
      title={isNew ? t('product.new') : product.name}
      back={<BackLink />}
      width="reading"
      actions={
        !isNew && (
          <ScreenActions
            actions={[
              {
                id: 'duplicate',
                name: 'product.duplicate',
                icon: IconCopy,
                any: ['catalog.edit'],
                busy: duplicating.isPending,
                run: () => duplicating.mutate(product.id, { onError: sayProblem }),
              },
              product.archived
                ? {
                    id: 'restore',
                    name: 'common.restore',
                    icon: IconArchiveOff,
                    any: ['catalog.edit'],
                    busy: restoring.isPending,
                    run: () => restoring.mutate(product.id, { onError: sayProblem }),
                  }
                : {
                    id: 'archive',
                    name: 'common.archive',
                    icon: IconArchive,
                    any: ['catalog.edit'],
                    busy: archiving.isPending,
                    run: () => archiving.mutate(product.id, { onError: sayProblem }),
                  },
            ]}
          />
        )
      }
    >
      <Form form={form} isNew={isNew} bar>
        <Columns
          aside={
            <>
              <ProductPhotos
                hashes={form.draft.photo_hashes}
                editable={editable}
                onChange={(hashes) => form.set('photo_hashes', hashes)}
              />
              {kept && <StockNow product={product} />}
            </>
          }
        >
          <ProductFields form={form} rates={rates} />
        </Columns>
        {!isNew && (
          <Columns aside={kept && <PriceHistory id={product.id} />}>
            {kept ? <StockMoves product={product} /> : <PriceHistory id={product.id} />}
          </Columns>
        )}
      </Form>
    </Page>
  );
}
