import { Checkbox, Group, Menu } from '@mantine/core';
import { IconArchive, IconArchiveOff } from '@tabler/icons-react';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { archiveProduct, catalogKeys, productsQuery, restoreProduct } from '@/api/catalog';
import { requestId } from '@/api/ids';
import type { Product } from '@/api/types';
import { ActionButton } from '@/app/actions/ActionButton';
import { useMay } from '@/app/identity';
import { useScans } from '@/app/scans';
import { sayDone, sayProblem } from '@/app/toasts';
import { Empty } from '@/components/Empty';
import { Quantity, Sum } from '@/components/Figures';
import { ButtonLink } from '@/components/links';
import { Page } from '@/components/Page';
import { ProductName } from '@/components/ProductName';
import { SearchInput } from '@/components/SearchInput';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/DataTable';
import { pagedRows } from '@/components/table/rows';
import type { BulkAction } from '@/components/table/selection';
import { useT } from '@/i18n';
import { useLive } from '@/live/socket';
import { CategorySelect } from './CategorySelect';

/** Goods and services. A scan finds a good here as it does at the till. */
export function ProductsScene() {
  const t = useT();
  const may = useMay();
  const navigate = useNavigate();
  const filter = useSearch({ from: '/framed/products' });
  useLive('stock');
  const client = useQueryClient();
  const asked = productsQuery(filter);
  const list = useInfiniteQuery(asked);
  const set = (change: Partial<typeof filter>) =>
    navigate({ to: '/products', search: { ...filter, ...change }, replace: true });
  useScans((q) => void set({ q }));

  const columns: Column<Product>[] = [
    {
      key: 'name',
      header: t('product.name'),
      sort: true,
      cell: (row) => <ProductName name={row.name} photo={row.photo_hashes[0]} />,
      text: (row) => row.name,
      phone: 'title',
      wrap: true,
    },
    { key: 'sku', header: t('product.sku'), cell: (row) => row.sku },
    {
      key: 'barcodes',
      header: t('product.barcodes'),
      cell: (row) => <Barcodes codes={row.barcodes} />,
      text: (row) => row.barcodes.join(', '),
    },
    { key: 'category', header: t('product.category'), cell: (row) => row.category_name ?? '—' },
    {
      key: 'brand',
      header: t('product.brand'),
      cell: (row) => row.brand || '—',
      hidden: true,
      phone: 'none',
    },
    {
      key: 'stock',
      header: t('product.stock'),
      align: 'right',
      sort: true,
      cell: (row) => (row.kind === 'service' ? '—' : <Quantity of={row.stock} unit={row.unit} />),
    },
    ...(may('cost.view')
      ? [
          {
            key: 'purchase',
            header: t('product.purchase_price'),
            align: 'right' as const,
            cell: (row: Product) => <Sum of={row.purchase_price} />,
            hidden: true,
            phone: 'none' as const,
          },
        ]
      : []),
    {
      key: 'price',
      header: t('product.price'),
      align: 'right',
      sort: true,
      phone: 'side',
      cell: (row) => (row.price ? <Sum of={row.price} /> : t('product.no_price')),
    },
  ];

  const refresh = () => void client.invalidateQueries({ queryKey: catalogKeys.all });
  const restore = async (rows: Product[]) => {
    try {
      for (const row of rows) await restoreProduct(row.id, requestId());
    } catch (error) {
      sayProblem(error);
    }
    refresh();
  };
  const bulk: BulkAction<Product>[] = [
    {
      key: 'archive',
      label: t('common.archive'),
      icon: IconArchive,
      suits: (row) => !row.archived,
      each: (row) => archiveProduct(row.id, requestId()),
      done: (rows) => {
        sayDone(t('product.archived_count', { count: rows.length }), {
          label: t('common.take_back'),
          run: () => void restore(rows),
        });
        refresh();
      },
    },
    {
      key: 'restore',
      label: t('common.restore'),
      icon: IconArchiveOff,
      suits: (row) => row.archived,
      each: (row) => restoreProduct(row.id, requestId()),
      done: (rows) => {
        sayDone(t('product.restored_count', { count: rows.length }));
        refresh();
      },
    },
  ];

  return (
    <Page title={t('menu.products')} actions={<ActionButton action="product.new" />}>
      <DataTable
        name="products"
        columns={columns}
        list={pagedRows(list, asked)}
        mayExport={may('catalog.export')}
        moreExports={
          <>
            <Menu.Divider />
            <Menu.Label>{t('product.whole_list')}</Menu.Label>
            <Menu.Item component="a" href="/api/export/catalog.xlsx" download>
              Excel (.xlsx)
            </Menu.Item>
            <Menu.Item component="a" href="/api/export/catalog.csv?separator=semicolon" download>
              {t('table.csv_excel')}
            </Menu.Item>
            <Menu.Item component="a" href="/api/export/catalog.csv" download>
              {t('table.csv_comma')}
            </Menu.Item>
          </>
        }
        bulk={may('catalog.edit') ? bulk : undefined}
        rowKey={(row) => row.id}
        sort="name"
        mark={(row) => (row.archived || !row.available ? 'soft' : undefined)}
        onOpen={(row) => void navigate({ to: '/products/$id', params: { id: row.id }, search: {} })}
        toolbar={
          <>
            <SearchInput
              value={filter.q ?? ''}
              placeholder={t('product.find')}
              onChange={(q) => set({ q: q || undefined })}
            />
            <CategorySelect
              value={filter.category ?? null}
              onChange={(category) => set({ category: category ?? undefined })}
            />
            <Group gap="md">
              <Checkbox
                label={t('product.no_price')}
                checked={filter.no_price ?? false}
                onChange={(event) => set({ no_price: event.currentTarget.checked || undefined })}
              />
              <Checkbox
                label={t('table.archived')}
                checked={filter.archived ?? false}
                onChange={(event) => set({ archived: event.currentTarget.checked || undefined })}
              />
            </Group>
          </>
        }
        empty={
          <Empty
            title={filter.q ? t('product.not_found') : t('product.none')}
            text={filter.q ? t('product.not_found_text') : t('product.none_text')}
          >
            {may('catalog.import') && !filter.q && (
              <ButtonLink to="/import">{t('setup.bring_goods')}</ButtonLink>
            )}
          </Empty>
        }
      />
    </Page>
  );
}

function Barcodes({ codes }: { codes: string[] }) {
  const [first, ...others] = codes;
  return (
    <span className="num" title={codes.join(', ')}>
      {first ?? '—'}
      {others.length > 0 && <span className="soft"> +{others.length}</span>}
    </span>
  );
}
