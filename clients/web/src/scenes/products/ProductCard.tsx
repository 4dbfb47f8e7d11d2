import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useAction } from '@/api/action';
import { archiveProduct, catalogKeys, duplicateProduct, restoreProduct, saveProduct } from '@/api/catalog';
import { stockKeys } from '@/api/stock';
import type { Product, VatRate } from '@/api/types';
import { useMay } from '@/app/identity';
import { sayDone, sayProblem } from '@/app/toasts';
import { BackLink } from '@/components/BackLink';
import { Page } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import { ProductFields } from './ProductFields';
import { PriceHistory, StockHistory } from './ProductHistory';
import { ProductPhotos } from './ProductPhotos';
import classes from './Products.module.css';
import { useProductForm } from './productForm';

/** The card of one good: what it is on the left, its pictures and past on the right. */
export function ProductCard({ product, rates }: { product: Product; rates: VatRate[] }) {
  const t = useT();
  const may = useMay();
  const navigate = useNavigate();
  const isNew = product.id === '';
  const editable = may('catalog.edit') && !product.archived;
  const form = useProductForm(product);
  const open = (id: string, replace = false) =>
    void navigate({ to: '/products/$id', params: { id }, search: {}, replace });
  const stale = [catalogKeys.all, stockKeys.all];
  const saving = useAction(saveProduct, {
    stale,
    onDone: (saved) => {
      sayDone(t('common.saved'));
      if (isNew) open(saved.id, true);
    },
  });
  const archiving = useAction(archiveProduct, { stale, onDone: () => sayDone(t('product.archived_done')) });
  const restoring = useAction(restoreProduct, { stale });
  const duplicating = useAction(duplicateProduct, { stale, onDone: (copy) => open(copy.id) });
  const submit = () => {
    const input = form.read();
    if (input) saving.mutate(isNew ? input : { ...input, id: product.id, version: product.version });
  };

  return (
    <Page
      title={isNew ? t('product.new') : product.name}
      back={<BackLink />}
      actions={
        may('catalog.edit') &&
        !isNew && (
          <>
            <Button
              variant="default"
              loading={duplicating.isPending}
              onClick={() => duplicating.mutate(product.id, { onError: sayProblem })}
            >
              {t('product.duplicate')}
            </Button>
            {product.archived ? (
              <Button
                loading={restoring.isPending}
                onClick={() => restoring.mutate(product.id, { onError: sayProblem })}
              >
                {t('common.restore')}
              </Button>
            ) : (
              <Button
                variant="default"
                loading={archiving.isPending}
                onClick={() => archiving.mutate(product.id, { onError: sayProblem })}
              >
                {t('common.archive')}
              </Button>
            )}
          </>
        )
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className={classes.columns}>
          <ProductFields form={form} rates={rates} error={saving.error} editable={editable} />
          <div className={classes.side}>
            <ProductPhotos
              hashes={form.draft.photo_hashes}
              editable={editable}
              onChange={(hashes) => form.set('photo_hashes', hashes)}
            />
            {!isNew && product.kind === 'product' && <StockHistory product={product} />}
            {!isNew && <PriceHistory id={product.id} />}
          </div>
        </div>
        <ProblemNote error={saving.error} />
        {editable && (form.dirty || isNew) && (
          <div className={classes.save}>
            {!isNew && (
              <Button variant="default" onClick={form.reset}>
                {t('common.undo')}
              </Button>
            )}
            <Button type="submit" size="lg" loading={saving.isPending} disabled={!form.ready}>
              {t('common.save')}
            </Button>
          </div>
        )}
      </form>
    </Page>
  );
}
