import { Button, ColorSwatch, Group, Modal, Stack, TextInput, UnstyledButton } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useAction } from '@/api/action';
import { catalogKeys, saveCategory } from '@/api/catalog';
import { fieldProblem } from '@/api/problem';
import { tillKeys } from '@/api/till';
import type { Category } from '@/api/types';
import { useDraft } from '@/components/draft';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import { CategorySelect } from './CategorySelect';

const COLORS = ['#0b7a75', '#3b82c4', '#6a5acd', '#b0539a', '#c2573a', '#c08a1e', '#5d8a3a', '#6b7780'];

export function CategoryModal({ category, onClose }: { category: Category | null; onClose: () => void }) {
  const t = useT();
  const { draft, set } = useDraft({
    name: category?.name ?? '',
    parent_id: category?.parent_id ?? null,
    color: category?.color ?? '',
    icon: category?.icon ?? '',
  });
  const saving = useAction(saveCategory, { stale: [catalogKeys.all, tillKeys.all], onDone: onClose });
  return (
    <Modal opened onClose={onClose} title={category ? category.name : t('category.new')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          saving.mutate({
            ...draft,
            name: draft.name.trim(),
            ...(category ? { id: category.id, version: category.version } : {}),
          });
        }}
      >
        <Stack>
          <TextInput
            data-autofocus
            label={t('product.name')}
            value={draft.name}
            error={fieldProblem(saving.error, 'name')}
            onChange={(event) => set('name', event.currentTarget.value)}
            required
          />
          <CategorySelect
            label={t('category.parent')}
            placeholder={t('category.no_parent')}
            value={draft.parent_id}
            error={fieldProblem(saving.error, 'parent_id')}
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
          <ProblemNote error={saving.error} />
          <Button type="submit" loading={saving.isPending} disabled={draft.name.trim() === ''}>
            {t('common.save')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
