import { Checkbox, NativeSelect, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { saveRole, staffKeys } from '@/api/staff';
import type { Permission, Role, RoleInput, Scope } from '@/api/types';
import { useMay } from '@/app/identity';
import { FormModal } from '@/components/form/FormModal';
import { useForm } from '@/components/form/useForm';
import { LANGUAGE_NAMES, LANGUAGES, useLanguage, useT } from '@/i18n';
import { areaName, holds, rightName } from './areas';
import classes from './Staff.module.css';

const SCOPES: Scope[] = ['own', 'store', 'all'];

/** The matrix of one role: each right, and how far it reaches. */
export function RoleEditor(props: { role: Role | null; permissions: Permission[]; onClose: () => void }) {
  const t = useT();
  const may = useMay();
  const language = useLanguage();
  const { role } = props;
  const editable = may('roles.edit') && !role?.built_in;
  const form = useForm({
    place: `role/${role?.id ?? 'new'}`,
    readOnly: !editable,
    initial: {
      name: role?.name ?? { ru: '', kk: '', en: '' },
      permissions: role?.permissions ?? [],
    },
    check: (draft) =>
      Object.fromEntries(
        LANGUAGES.map((code) => [
          `name.${code}`,
          draft.name[code].trim() === '' ? t('form.needed') : undefined,
        ]),
      ),
    read: (draft): RoleInput & { id?: string } => ({
      ...draft,
      ...(role ? { id: role.id, version: role.version } : {}),
    }),
    save: saveRole,
    stale: [staffKeys.all],
    onDone: props.onClose,
  });
  const { draft, set } = form;
  const scopeOf = (permission: string) =>
    draft.permissions.find((entry) => entry.permission === permission)?.scope;
  const assign = (permission: string, scope: Scope | null) => {
    const others = draft.permissions.filter((entry) => entry.permission !== permission);
    set('permissions', scope ? [...others, { permission, scope }] : others);
  };
  const areas = [...new Set(props.permissions.map((permission) => permission.area))];

  return (
    <FormModal
      form={form}
      isNew={role === null}
      onClose={props.onClose}
      size={1040}
      title={role ? role.name[language] : t('role.new')}
    >
      <Stack>
        {role?.built_in && <Text className="soft">{t('role.built_in_text')}</Text>}
        {editable && (
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            {LANGUAGES.map((code) => (
              <TextInput
                key={code}
                label={`${t('role.name')} · ${LANGUAGE_NAMES[code]}`}
                {...form.field(`name.${code}`)}
                value={draft.name[code]}
                onChange={(event) => set('name', { ...draft.name, [code]: event.currentTarget.value })}
                required
              />
            ))}
          </SimpleGrid>
        )}
        <div className={classes.areas}>
          {areas.map((area) => (
            <fieldset key={area} className={classes.area}>
              <legend>{areaName(area, t)}</legend>
              {props.permissions
                .filter((permission) => permission.area === area)
                .map((permission) => (
                  <div key={permission.permission} className={classes.right}>
                    <Checkbox
                      label={rightName(permission.permission, t)}
                      disabled={!editable}
                      checked={holds(draft, permission)}
                      onChange={(event) =>
                        assign(permission.permission, event.currentTarget.checked ? 'store' : null)
                      }
                    />
                    {scopeOf(permission.permission) && (
                      <NativeSelect
                        size="xs"
                        disabled={!editable}
                        aria-label={t('role.reach', { name: rightName(permission.permission, t) })}
                        data={SCOPES.map((value) => ({ value, label: t(`scope.${value}`) }))}
                        value={scopeOf(permission.permission)}
                        onChange={(event) =>
                          assign(permission.permission, event.currentTarget.value as Scope)
                        }
                      />
                    )}
                  </div>
                ))}
            </fieldset>
          ))}
        </div>
      </Stack>
    </FormModal>
  );
}
