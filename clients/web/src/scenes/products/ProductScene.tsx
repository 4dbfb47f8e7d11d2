import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { productQuery, UNSAID, vatRatesQuery } from '@/api/catalog';
import type { Product } from '@/api/types';
import { ScenePending } from '@/app/SceneStates';
import { BackLink } from '@/components/BackLink';
import { Page } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import { ProductCard } from './ProductCard';

const EMPTY: Omit<Product, 'vat_rate_id' | 'barcodes'> = {
  ...UNSAID,
  id: '',
  version: 0,
  category_name: null,
  unit: 'pcs',
  price: null,
  purchase_price: null,
  archived: false,
  stock: null,
  created_at: '',
};

export function ProductScene() {
  const t = useT();
  const { id } = useParams({ from: '/framed/products/$id' });
  const { barcode } = useSearch({ from: '/framed/products/$id' });
  const isNew = id === 'new';
  const product = useQuery({ ...productQuery(id), enabled: !isNew });
  const rates = useQuery(vatRatesQuery);
  if (isNew && rates.data) {
    const fresh = {
      ...EMPTY,
      vat_rate_id: rates.data.find((rate) => rate.usual)?.id ?? 'none',
      barcodes: barcode ? [barcode] : [],
    };
    return <ProductCard key="new" product={fresh} rates={rates.data} />;
  }
  if (product.data && rates.data) {
    return (
      <ProductCard
        key={`${product.data.id}-${product.data.version}`}
        product={product.data}
        rates={rates.data}
      />
    );
  }
  const error = product.error ?? rates.error;
  if (!error) return <ScenePending />;
  return (
    <Page title={t('menu.products')} back={<BackLink />} width="reading">
      <ProblemNote error={error} />
    </Page>
  );
}
