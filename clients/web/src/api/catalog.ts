import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get, send } from './http';
import { pagedQuery } from './lists';
import type {
  Category,
  Page,
  PriceChange,
  Product,
  ProductHit,
  ProductInput,
  ProductStock,
  StoredFile,
  VatRate,
} from './types';

/** What nobody has said of a product yet. */
export const UNSAID = {
  kind: 'product',
  name: '',
  sku: '',
  category_id: null,
  brand: '',
  gtin: null,
  ntin: null,
  photo_hashes: [] as string[],
  description: '',
  minimum: null,
  available: true,
} as const satisfies Partial<ProductInput>;

export const catalogKeys = {
  all: ['catalog'] as const,
  products: ['catalog', 'products'] as const,
  product: (id: string) => ['catalog', 'product', id] as const,
  prices: (id: string) => ['catalog', 'product', id, 'prices'] as const,
  stock: (id: string) => ['catalog', 'product', id, 'stock'] as const,
  search: (q: string) => ['catalog', 'search', q] as const,
  categories: ['catalog', 'categories'] as const,
  vatRates: ['catalog', 'vat-rates'] as const,
};

export type ProductFilter = {
  q?: string;
  category?: string;
  archived?: boolean;
  no_price?: boolean;
  /** `name`, `price`, `stock`; with a minus from large to small. */
  sort?: string;
};

export const productsQuery = (filter: ProductFilter) =>
  pagedQuery<Page<Product>>(catalogKeys.products, '/products', filter);

/** Whether there are any goods. */
export const anyProductQuery = queryOptions({
  queryKey: [...catalogKeys.products, 'any'] as const,
  queryFn: ({ signal }) => get<Page<Product>>('/products', { limit: 1 }, signal),
});

export const productQuery = (id: string) =>
  queryOptions({
    queryKey: catalogKeys.product(id),
    queryFn: ({ signal }) => get<Product>(`/products/${id}`, undefined, signal),
  });

export const pricesQuery = (id: string) =>
  queryOptions({
    queryKey: catalogKeys.prices(id),
    queryFn: ({ signal }) => get<PriceChange[]>(`/products/${id}/prices`, undefined, signal),
  });

export const productStockQuery = (id: string) =>
  queryOptions({
    queryKey: catalogKeys.stock(id),
    queryFn: ({ signal }) => get<ProductStock>(`/products/${id}/stock`, undefined, signal),
  });

export const productSearchQuery = (q: string) =>
  queryOptions({
    queryKey: catalogKeys.search(q),
    queryFn: ({ signal }) => get<{ items: ProductHit[] }>('/products/search', { q, limit: 20 }, signal),
    enabled: q.trim().length > 0,
    staleTime: 5_000,
    placeholderData: keepPreviousData,
  });

export const categoriesQuery = queryOptions({
  queryKey: catalogKeys.categories,
  queryFn: async ({ signal }) => (await get<Page<Category>>('/categories', undefined, signal)).items,
});

export const vatRatesQuery = queryOptions({
  queryKey: catalogKeys.vatRates,
  queryFn: ({ signal }) => get<VatRate[]>('/vat-rates', undefined, signal),
  staleTime: 3600_000,
});

export const saveProduct = ({ id, ...body }: ProductInput & { id?: string }, key: string) =>
  id
    ? send<Product>('PUT', `/products/${id}`, { key, body, durable: true })
    : send<Product>('POST', '/products', { key, body, durable: true });
export const archiveProduct = (id: string, key: string) =>
  send<Product>('POST', `/products/${id}/archive`, { key });
export const restoreProduct = (id: string, key: string) =>
  send<Product>('POST', `/products/${id}/restore`, { key });
export const duplicateProduct = (id: string, key: string) =>
  send<Product>('POST', `/products/${id}/duplicate`, { key });

export const restoreCategory = (id: string, key: string) =>
  send<Category>('POST', `/categories/${id}/restore`, { key });

export type CategoryInput = Pick<Category, 'name' | 'parent_id' | 'color' | 'icon'> & {
  id?: string;
  version?: number;
};
export const saveCategory = ({ id, ...body }: CategoryInput, key: string) =>
  id
    ? send<Category>('PUT', `/categories/${id}`, { key, body, durable: true })
    : send<Category>('POST', '/categories', { key, body, durable: true });
export const archiveCategory = (id: string, key: string) =>
  send<Category>('POST', `/categories/${id}/archive`, { key });

export const uploadFile = (file: File, key: string) => {
  const body = new FormData();
  body.set('file', file);
  return send<StoredFile>('POST', '/files', { key, body });
};

export const photoUrl = (hash: string, size: 'thumb' | 'full' = 'thumb') => `/api/files/${hash}?size=${size}`;
