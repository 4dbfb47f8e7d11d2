import type { Product, ProductInput } from '@/api/types';
import { useCurrency, useMay } from '@/app/identity';
import { useDraft } from '@/components/draft';
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

const typed = (amount: string | undefined) => (amount ?? '').replace(/\.00$/, '').replace('.', ',');

export function useProductForm(product: Product) {
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
    minimum: (product.minimum ?? '').replace('.', ','),
    available: product.available,
  };
  const { draft, set, setDraft, dirty } = useDraft(initial);
  const wrong = {
    price: draft.price !== '' && parseAmount(draft.price) === null,
    purchase_price: draft.purchase_price !== '' && parseAmount(draft.purchase_price) === null,
    minimum: draft.minimum !== '' && parseQuantity(draft.minimum) === null,
  };
  const ready = draft.name.trim() !== '' && !Object.values(wrong).includes(true);
  const sum = (text: string) => {
    const amount = parseAmount(text);
    return amount === null ? null : money(amount, currency);
  };
  const read = (): ProductInput | null => {
    if (!ready) return null;
    const { purchase_price, ...rest } = draft;
    return {
      ...rest,
      name: draft.name.trim(),
      price: sum(draft.price),
      minimum: parseQuantity(draft.minimum),
      // Who may not see the cost does not send one either: the hub keeps what it has.
      ...(may('cost.view') ? { purchase_price: sum(purchase_price) } : {}),
    };
  };
  return { draft, set, dirty, ready, wrong, read, reset: () => setDraft(initial) };
}

export type ProductForm = ReturnType<typeof useProductForm>;
