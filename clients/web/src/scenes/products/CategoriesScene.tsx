import { ActionIcon, Checkbox, Group } from '@mantine/core';
import { IconArchive, IconArchiveOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useAction } from '@/api/action';
import { archiveCategory, catalogKeys, categoriesQuery, restoreCategory } from '@/api/catalog';
import type { Category } from '@/api/types';
import { ActionButton } from '@/app/actions/ActionButton';
import { useMay } from '@/app/identity';
import { useEdited } from '@/app/making';
import { sayDone, sayProblem } from '@/app/toasts';
import { Empty } from '@/components/Empty';
import { Page } from '@/components/Page';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/DataTable';
import { useT } from '@/i18n';
import { CategoryModal } from './CategoryModal';
import classes from './Products.module.css';
import { categoryPaths, type Place } from './tree';

/** The tree of categories: each is a tile at the till. */
export function CategoriesScene() {
  const t = useT();
  const may = useMay();
  const navigate = useNavigate();
  const filter = useSearch({ from: '/framed/categories' });
  const categories = useQuery(categoriesQuery);
  const [edited, setEdited] = useEdited<Category>();
  const stale = [catalogKeys.all];
  const restoring = useAction(restoreCategory, { stale, onDone: () => sayDone(t('category.taken_back')) });
  const archiving = useAction(archiveCategory, {
    stale,
    onDone: (_, id) =>
      sayDone(t('category.archived'), {
        label: t('common.take_back'),
        run: () => restoring.mutate(id, { onError: sayProblem }),
      }),
  });
  const shown = categoryPaths(
    (categories.data ?? []).filter((category) => filter.archived || !category.archived),
  );
  const columns: Column<Place>[] = [
    {
      key: 'name',
      header: t('category.name'),
      phone: 'title',
      wrap: true,
      value: ({ path }) => path,
      text: ({ path }) => path,
      cell: ({ category, depth }) => (
        <span className={classes.branch} style={{ paddingLeft: depth * 28 }}>
          <i style={{ background: category.color ?? 'var(--line)' }} />
          {category.name}
        </span>
      ),
    },
    {
      key: 'products',
      header: t('category.goods'),
      // A card opens the category as a whole.
      phone: 'none',
      align: 'right',
      value: ({ category }) => category.products,
      text: ({ category }) => category.products,
      cell: ({ category }) => (
        <Link
          to="/products"
          search={{ category: category.id }}
          className={classes.goods}
          onClick={(event) => event.stopPropagation()}
        >
          {t('category.products', { count: category.products })}
        </Link>
      ),
    },
    ...(may('catalog.edit')
      ? [
          {
            key: 'archive',
            header: '',
            align: 'right' as const,
            phone: 'side' as const,
            cell: ({ category }: Place) => (
              <ActionIcon
                variant="subtle"
                color="gray"
                size={36}
                aria-label={t(category.archived ? 'category.restore' : 'category.archive', {
                  name: category.name,
                })}
                onClick={(event) => {
                  event.stopPropagation();
                  (category.archived ? restoring : archiving).mutate(category.id, { onError: sayProblem });
                }}
              >
                {category.archived ? <IconArchiveOff size={20} /> : <IconArchive size={20} />}
              </ActionIcon>
            ),
          },
        ]
      : []),
  ];
  return (
    <Page title={t('menu.categories')} actions={<ActionButton action="category.new" />}>
      <DataTable
        name="categories"
        columns={columns}
        list={{
          rows: shown,
          isPending: categories.isPending,
          error: categories.error,
          refetch: categories.refetch,
        }}
        rowKey={({ category }) => category.id}
        mark={({ category }) => (category.archived ? 'soft' : undefined)}
        onOpen={may('catalog.edit') ? ({ category }) => setEdited(category) : undefined}
        toolbar={
          <Group>
            <Checkbox
              label={t('table.archived')}
              checked={filter.archived ?? false}
              onChange={(event) =>
                void navigate({
                  to: '/categories',
                  search: { ...filter, archived: event.currentTarget.checked || undefined },
                  replace: true,
                })
              }
            />
          </Group>
        }
        empty={<Empty title={t('category.none')} text={t('category.none_text')} />}
      />
      {edited && (
        <CategoryModal category={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      )}
    </Page>
  );
}
