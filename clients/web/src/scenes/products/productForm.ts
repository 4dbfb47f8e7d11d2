import { catalogKeys, saveProduct } from '@/api/catalog';
import { stockKeys } from '@/api/stock';
import type { Product, ProductInput } from '@/api/types';
import { useCurrency, useMay } from '@/app/identity';
import { useForm } from '@/components/form/useForm';
import { useT } from '@/i18n';
import { typedFigure } from '@/lib/figures';
import { money, parseAmount } from '@/lib/money';
import { parseQuantity } from '@/lib/quantity';

/** A card as it is typed: sums and quantities are texts until they are read. */
export type ProductDraft = Required<
  Omit<ProductInput, 'price' | 'purchase_price' | 'minimum' | 'version' | 'make_barcode'>
> & {
  price: string;
  purchase_price: string;
  minimum: string;
};

const typed = (amount: string | undefined) => typedFigure((amount ?? '').replace(/\.00$/, ''));

export function useProductForm(product: Product, editable: boolean, onDone: (saved: Product) => void) {
  const t = useT();
  const currency = useCurrency();
  const may = useMay();
  const initial: ProductDraft = {
    kind: product.kind,
    name: product.name,
    sku: product.sku,
    barcodes: product.barcodes,
    category_id: product.category_id,
    brand: product.brand,
    unit: product.unit,
    price: typed(product.price?.amount),
    purchase_price: typed(product.purchase_price?.amount),
    vat_rate_id: product.vat_rate_id,
    gtin: product.gtin,
    ntin: product.ntin,
    photo_hashes: product.photo_hashes,
    description: product.description,
    minimum: typedFigure(product.minimum ?? ''),
    available: product.available,
  };
  const sum = (text: string) => {
    const amount = parseAmount(text, currency);
    return amount === null ? null : money(amount, currency);
  };
  const noSum = (text: string) =>
    text !== '' && parseAmount(text, currency) === null ? t('problem.not_a_sum') : undefined;
  return useForm({
    place: `product/${product.id || 'new'}`,
    initial,
    readOnly: !editable,
    check: (draft) => ({
      name: draft.name.trim() === '' ? t('form.needed') : undefined,
      price: noSum(draft.price),
      purchase_price: noSum(draft.purchase_price),
      minimum:
        draft.minimum !== '' && parseQuantity(draft.minimum) === null ? t('problem.not_a_number') : undefined,
    }),
    read: ({ purchase_price, ...draft }): ProductInput & { id?: string } => ({
      ...draft,
      name: draft.name.trim(),
      price: sum(draft.price),
      minimum: parseQuantity(draft.minimum),
      // Who may not see the cost does not send one either: the hub keeps what it has.
      ...(may('cost.view') ? { purchase_price: sum(purchase_price) } : {}),
      ...(product.id === '' ? {} : { id: product.id, version: product.version }),
    }),
    save: saveProduct,
    stale: [catalogKeys.all, stockKeys.all],
    onDone,
  });
}

export type ProductForm = ReturnType<typeof useProductForm>;
