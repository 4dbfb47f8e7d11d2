import { Button, PasswordInput, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { fieldProblem } from '@/api/problem';
import type { SetupInput } from '@/api/types';
import { useT } from '@/i18n';

type Admin = SetupInput['admin'];
const PASSWORD_LENGTH_MIN = 8;

export function AdminStep(props: {
  value: Admin;
  error: unknown;
  busy: boolean;
  onChange: (value: Admin) => void;
  onBack: () => void;
  onNext: () => void;
}) {
  const t = useT();
  const { value, error } = props;
  const set = (change: Partial<Admin>) => props.onChange({ ...value, ...change });
  const ready =
    value.name.trim() !== '' && value.phone.trim() !== '' && value.password.length >= PASSWORD_LENGTH_MIN;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) props.onNext();
      }}
    >
      <Stack>
        <Title order={1} size="h2">
          {t('setup.admin')}
        </Title>
        <Text className="soft">{t('setup.admin_text')}</Text>
        <TextInput
          autoFocus
          label={t('user.name')}
          value={value.name}
          error={fieldProblem(error, 'admin.name')}
          onChange={(event) => set({ name: event.currentTarget.value })}
          required
        />
        <TextInput
          label={t('user.phone')}
          type="tel"
          autoComplete="username"
          placeholder="+7"
          value={value.phone}
          error={fieldProblem(error, 'admin.phone')}
          onChange={(event) => set({ phone: event.currentTarget.value })}
          required
        />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <PasswordInput
            label={t('user.password')}
            description={t('user.password_text', { count: PASSWORD_LENGTH_MIN })}
            autoComplete="new-password"
            value={value.password}
            error={fieldProblem(error, 'admin.password')}
            onChange={(event) => set({ password: event.currentTarget.value })}
            required
          />
          <PasswordInput
            label={t('user.pin')}
            description={t('user.pin_text')}
            inputMode="numeric"
            autoComplete="off"
            maxLength={6}
            value={value.pin ?? ''}
            error={fieldProblem(error, 'admin.pin')}
            onChange={(event) => set({ pin: event.currentTarget.value.replace(/\D/g, '') })}
          />
        </SimpleGrid>
        <Button type="submit" size="lg" disabled={!ready} loading={props.busy}>
          {t('setup.create')}
        </Button>
        <Button variant="subtle" onClick={props.onBack}>
          {t('common.back')}
        </Button>
      </Stack>
    </form>
  );
}
