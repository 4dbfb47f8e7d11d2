import { MultiSelect, PasswordInput, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { saveUser, staffKeys } from '@/api/staff';
import type { Permission, Role, Scope, User, UserInput } from '@/api/types';
import { useMay } from '@/app/identity';
import { sayDone } from '@/app/toasts';
import { Form } from '@/components/form/Form';
import { useForm } from '@/components/form/useForm';
import { Card } from '@/components/Page';
import { useLanguage, useT } from '@/i18n';
import { typedFigure } from '@/lib/figures';
import { parsePercent } from '@/lib/money';
import { formatPhone } from '@/lib/phone';
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
  const form = useForm({
    place: `user/${user.id || 'new'}`,
    readOnly: !may('staff.edit'),
    secret: ['password', 'pin'],
    initial: {
      name: user.name,
      phone: formatPhone(user.phone),
      role_ids: user.role_ids,
      scope: user.scope,
      extra_permissions: user.extra_permissions,
      removed_permissions: user.removed_permissions,
      discount_limit_percent: typedFigure(user.discount_limit_percent),
      password: '',
      pin: '',
    },
    check: (draft) => ({
      name: draft.name.trim() === '' ? t('form.needed') : undefined,
      phone: draft.phone.trim() === '' ? t('form.needed') : undefined,
      discount_limit_percent:
        parsePercent(draft.discount_limit_percent || '0') === null ? t('problem.not_a_number') : undefined,
      password: isNew && draft.password === '' ? t('form.needed') : undefined,
    }),
    read: ({ password, pin, ...draft }): UserInput & { id?: string } => {
      const discount_limit_percent = parsePercent(draft.discount_limit_percent || '0') ?? '';
      const card = { ...draft, discount_limit_percent };
      return isNew
        ? { ...card, password, pin: pin || undefined }
        : { ...card, id: user.id, version: user.version };
    },
    save: saveUser,
    stale: [staffKeys.all],
    onDone: (saved) => {
      sayDone(t('common.saved'));
      if (isNew) void navigate({ to: '/users/$id', params: { id: saved.id }, replace: true });
    },
  });
  const { draft, set, readOnly } = form;
  const extra = draft.extra_permissions.map((grant) => grant.permission);
  const rights = props.permissions.map((permission) => ({
    value: permission.permission,
    label: rightName(permission.permission, t),
  }));

  return (
    <Card>
      <Form form={form} isNew={isNew}>
        <Stack>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput label={t('user.name')} required {...form.text('name')} />
            <TextInput label={t('user.phone')} type="tel" placeholder="+7" required {...form.text('phone')} />
          </SimpleGrid>
          <MultiSelect
            label={t('user.roles')}
            data={props.roles.map((role) => ({ value: role.id, label: role.name[language] }))}
            value={draft.role_ids}
            {...form.field('role_ids')}
            onChange={(roles) => set('role_ids', roles)}
          />
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <Select
              label={t('user.scope')}
              data={SCOPES.map((value) => ({ value, label: t(`scope.${value}`) }))}
              value={draft.scope}
              allowDeselect={false}
              readOnly={readOnly}
              onChange={(scope) => scope && set('scope', scope as Scope)}
            />
            <TextInput
              label={t('user.discount_limit')}
              inputMode="decimal"
              rightSection="%"
              {...form.text('discount_limit_percent')}
            />
          </SimpleGrid>
          <MultiSelect
            searchable
            label={t('user.extra')}
            data={rights.filter((right) => !draft.removed_permissions.includes(right.value))}
            value={extra}
            readOnly={readOnly}
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
            readOnly={readOnly}
            onChange={(removed) => set('removed_permissions', removed)}
          />
          {isNew && (
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <PasswordInput
                label={t('user.first_password')}
                autoComplete="new-password"
                required
                {...form.text('password')}
              />
              <PasswordInput
                label={t('user.pin')}
                description={t('user.pin_text')}
                inputMode="numeric"
                autoComplete="off"
                maxLength={6}
                {...form.text('pin')}
                onChange={(event) => set('pin', event.currentTarget.value.replace(/\D/g, ''))}
              />
            </SimpleGrid>
          )}
        </Stack>
      </Form>
    </Card>
  );
}
