import {
  Button,
  Group,
  MultiSelect,
  PasswordInput,
  Select,
  SimpleGrid,
  Stack,
  TextInput,
} from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { fieldProblem } from '@/api/problem';
import { saveUser, staffKeys } from '@/api/staff';
import type { Permission, Role, Scope, User } from '@/api/types';
import { useMay } from '@/app/identity';
import { sayDone } from '@/app/toasts';
import { useDraft } from '@/components/draft';
import { Card } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { useLanguage, useT } from '@/i18n';
import { rightName } from './areas';

const SCOPES: Scope[] = ['own', 'store', 'all'];

/** Who the person is and what they may do: roles, and single rights added or taken away. */
export function UserForm(props: { user: User; roles: Role[]; permissions: Permission[] }) {
  const t = useT();
  const may = useMay();
  const language = useLanguage();
  const navigate = useNavigate();
  const { user } = props;
  const isNew = user.id === '';
  const editable = may('staff.edit');
  const [password, setPassword] = useState('');
  const [pin, setPin] = useState('');
  const { draft, set, dirty } = useDraft({
    name: user.name,
    phone: user.phone,
    role_ids: user.role_ids,
    scope: user.scope,
    extra_permissions: user.extra_permissions,
    removed_permissions: user.removed_permissions,
    discount_limit_percent: user.discount_limit_percent,
  });
  const saving = useAction(saveUser, {
    stale: [staffKeys.all],
    onDone: (saved) => {
      sayDone(t('common.saved'));
      if (isNew) void navigate({ to: '/users/$id', params: { id: saved.id }, replace: true });
    },
  });
  const extra = draft.extra_permissions.map((grant) => grant.permission);
  const rights = props.permissions.map((permission) => ({
    value: permission.permission,
    label: rightName(permission.permission, t),
  }));
  const ready = draft.name.trim() !== '' && draft.phone.trim() !== '' && (!isNew || password !== '');

  return (
    <Card>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          saving.mutate(
            isNew
              ? { ...draft, password, pin: pin || undefined }
              : { ...draft, id: user.id, version: user.version },
          );
        }}
      >
        <Stack>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput
              label={t('user.name')}
              value={draft.name}
              readOnly={!editable}
              error={fieldProblem(saving.error, 'name')}
              onChange={(event) => set('name', event.currentTarget.value)}
              required
            />
            <TextInput
              label={t('user.phone')}
              type="tel"
              placeholder="+7"
              value={draft.phone}
              readOnly={!editable}
              error={fieldProblem(saving.error, 'phone')}
              onChange={(event) => set('phone', event.currentTarget.value)}
              required
            />
            <MultiSelect
              label={t('user.roles')}
              data={props.roles.map((role) => ({ value: role.id, label: role.name[language] }))}
              value={draft.role_ids}
              readOnly={!editable}
              error={fieldProblem(saving.error, 'role_ids')}
              onChange={(roles) => set('role_ids', roles)}
            />
            <Select
              label={t('user.scope')}
              data={SCOPES.map((value) => ({ value, label: t(`scope.${value}`) }))}
              value={draft.scope}
              allowDeselect={false}
              readOnly={!editable}
              onChange={(scope) => scope && set('scope', scope as Scope)}
            />
            <TextInput
              label={t('user.discount_limit')}
              inputMode="decimal"
              rightSection="%"
              value={draft.discount_limit_percent}
              readOnly={!editable}
              error={fieldProblem(saving.error, 'discount_limit_percent')}
              onChange={(event) => set('discount_limit_percent', event.currentTarget.value.replace(',', '.'))}
            />
          </SimpleGrid>
          <MultiSelect
            searchable
            label={t('user.extra')}
            data={rights.filter((right) => !draft.removed_permissions.includes(right.value))}
            value={extra}
            readOnly={!editable}
            onChange={(chosen) =>
              set(
                'extra_permissions',
                chosen.map((permission) => ({ permission, scope: draft.scope })),
              )
            }
          />
          <MultiSelect
            searchable
            label={t('user.removed')}
            data={rights.filter((right) => !extra.includes(right.value))}
            value={draft.removed_permissions}
            readOnly={!editable}
            onChange={(removed) => set('removed_permissions', removed)}
          />
          {isNew && (
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <PasswordInput
                label={t('user.first_password')}
                autoComplete="new-password"
                value={password}
                error={fieldProblem(saving.error, 'password')}
                onChange={(event) => setPassword(event.currentTarget.value)}
                required
              />
              <PasswordInput
                label={t('user.pin')}
                description={t('user.pin_text')}
                inputMode="numeric"
                autoComplete="off"
                maxLength={6}
                value={pin}
                error={fieldProblem(saving.error, 'pin')}
                onChange={(event) => setPin(event.currentTarget.value.replace(/\D/g, ''))}
              />
            </SimpleGrid>
          )}
          <ProblemNote error={saving.error} />
          {editable && (
            <Group justify="flex-end">
              <Button type="submit" loading={saving.isPending} disabled={!ready || (!dirty && !isNew)}>
                {t('common.save')}
              </Button>
            </Group>
          )}
        </Stack>
      </form>
    </Card>
  );
}
