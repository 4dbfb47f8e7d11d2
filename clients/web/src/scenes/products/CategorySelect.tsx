import { Select, type SelectProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { categoriesQuery } from '@/api/catalog';
import { useT } from '@/i18n';
import { categoryPaths } from './tree';

export function CategorySelect(props: Omit<SelectProps, 'data'>) {
  const t = useT();
  const { data = [] } = useQuery(categoriesQuery);
  const live = data.filter((category) => !category.archived || category.id === props.value);
  return (
    <Select
      searchable
      clearable
      placeholder={t('product.category')}
      aria-label={t('product.category')}
      data={categoryPaths(live).map(({ category, path }) => ({ value: category.id, label: path }))}
      {...props}
    />
  );
}
