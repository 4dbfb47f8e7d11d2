import { ColorSwatch, Group, Stack, TextInput, UnstyledButton } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { type CategoryInput, catalogKeys, saveCategory } from '@/api/catalog';
import { tillKeys } from '@/api/till';
import type { Category } from '@/api/types';
import { FormModal } from '@/components/form/FormModal';
import { useForm } from '@/components/form/useForm';
import { useT } from '@/i18n';
import { CategorySelect } from './CategorySelect';

const COLORS = ['#0b7a75', '#3b82c4', '#6a5acd', '#b0539a', '#c2573a', '#c08a1e', '#5d8a3a', '#6b7780'];

export function CategoryModal({ category, onClose }: { category: Category | null; onClose: () => void }) {
  const t = useT();
  const form = useForm({
    place: `category/${category?.id ?? 'new'}`,
    initial: {
      name: category?.name ?? '',
      parent_id: category?.parent_id ?? null,
      color: category?.color ?? '',
      icon: category?.icon ?? '',
    },
    check: (draft) => ({ name: draft.name.trim() === '' ? t('form.needed') : undefined }),
    read: (draft): CategoryInput => ({
      ...draft,
      name: draft.name.trim(),
      ...(category ? { id: category.id, version: category.version } : {}),
    }),
    save: saveCategory,
    stale: [catalogKeys.all, tillKeys.all],
    onDone: onClose,
  });
  const { draft, set } = form;
  return (
    <FormModal
      form={form}
      isNew={category === null}
      onClose={onClose}
      title={category ? category.name : t('category.new')}
    >
      <Stack>
        <TextInput data-autofocus label={t('product.name')} required {...form.text('name')} />
        <CategorySelect
          label={t('category.parent')}
          placeholder={t('category.no_parent')}
          value={draft.parent_id}
          {...form.field('parent_id')}
          onChange={(parent) => set('parent_id', parent === category?.id ? null : parent)}
        />
        <Group gap="xs" role="group" aria-label={t('category.color')}>
          {COLORS.map((color) => (
            <UnstyledButton
              key={color}
              aria-label={color}
              aria-pressed={draft.color === color}
              onClick={() => set('color', draft.color === color ? '' : color)}
            >
              <ColorSwatch color={color} size={36}>
                {draft.color === color && <IconCheck size={18} color="white" />}
              </ColorSwatch>
            </UnstyledButton>
          ))}
        </Group>
      </Stack>
    </FormModal>
  );
}
