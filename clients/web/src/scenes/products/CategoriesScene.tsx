import { ActionIcon, Button } from '@mantine/core';
import { IconArchive, IconPencil, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { archiveCategory, catalogKeys, categoriesQuery } from '@/api/catalog';
import type { Category } from '@/api/types';
import { useMay } from '@/app/identity';
import { sayDone, sayProblem } from '@/app/toasts';
import { Empty } from '@/components/Empty';
import { Card, Page } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import { CategoryModal } from './CategoryModal';
import classes from './Products.module.css';
import { categoryPaths } from './tree';

export function CategoriesScene() {
  const t = useT();
  const may = useMay();
  const categories = useQuery(categoriesQuery);
  const [edited, setEdited] = useState<Category | 'new' | null>(null);
  const archiving = useAction(archiveCategory, {
    stale: [catalogKeys.all],
    onDone: () => sayDone(t('category.archived')),
  });
  const live = (categories.data ?? []).filter((category) => !category.archived);
  return (
    <Page
      title={t('menu.categories')}
      narrow
      actions={
        may('catalog.edit') && (
          <Button leftSection={<IconPlus size={20} />} onClick={() => setEdited('new')}>
            {t('category.new')}
          </Button>
        )
      }
    >
      <ProblemNote error={categories.error} />
      {categories.isSuccess && live.length === 0 && (
        <Empty title={t('category.none')} text={t('category.none_text')} />
      )}
      {live.length > 0 && (
        <Card>
          <ul className={classes.tree}>
            {categoryPaths(live).map(({ category, depth }) => (
              <li key={category.id} style={{ paddingLeft: depth * 28 }}>
                <i style={{ background: category.color ?? 'var(--line)' }} />
                <span>
                  <Link to="/products" search={{ category: category.id }} style={{ color: 'inherit' }}>
                    {category.name}
                  </Link>{' '}
                  <span className="soft">{t('category.products', { count: category.products })}</span>
                </span>
                {may('catalog.edit') && (
                  <>
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      size={40}
                      aria-label={t('category.edit', { name: category.name })}
                      onClick={() => setEdited(category)}
                    >
                      <IconPencil size={20} />
                    </ActionIcon>
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      size={40}
                      aria-label={t('category.archive', { name: category.name })}
                      onClick={() => archiving.mutate(category.id, { onError: sayProblem })}
                    >
                      <IconArchive size={20} />
                    </ActionIcon>
                  </>
                )}
              </li>
            ))}
          </ul>
        </Card>
      )}
      {edited && (
        <CategoryModal category={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      )}
    </Page>
  );
}
