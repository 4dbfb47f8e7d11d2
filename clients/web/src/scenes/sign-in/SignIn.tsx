import { Button, NativeSelect, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { signIn } from '@/api/session';
import type { Language, Session } from '@/api/types';
import { ProblemNote } from '@/components/ProblemNote';
import { LANGUAGE_NAMES, LANGUAGES, switchLanguage, useLanguage, useT } from '@/i18n';
import { rememberedTill } from '@/lib/device';
import classes from './SignIn.module.css';

/** Phone and password, once per device. `over` covers a page whose session has ended and keeps it as it was. */
export function SignIn(props: { onEnter: (session: Session) => void; phone?: string; over?: boolean }) {
  const t = useT();
  const language = useLanguage();
  const [phone, setPhone] = useState(props.phone ?? '');
  const [password, setPassword] = useState('');
  const entering = useAction(signIn, { onDone: props.onEnter });

  return (
    <div
      className={classes.cover}
      data-over={props.over || undefined}
      role={props.over ? 'dialog' : undefined}
    >
      <form
        className={classes.card}
        onSubmit={(event) => {
          event.preventDefault();
          entering.mutate({ phone, password, till_id: rememberedTill() });
        }}
      >
        <Stack>
          <div>
            <Text fw={700} size="xl" c="var(--accent)">
              Düken
            </Text>
            <Title order={1} size="h3">
              {props.over ? t('sign_in.expired') : t('sign_in.title')}
            </Title>
            {props.over && <Text className="soft">{t('sign_in.expired_text')}</Text>}
          </div>
          <TextInput
            label={t('sign_in.phone')}
            type="tel"
            inputMode="tel"
            autoComplete="username"
            placeholder="+7"
            value={phone}
            onChange={(event) => setPhone(event.currentTarget.value)}
            autoFocus={!props.phone}
            required
          />
          <PasswordInput
            label={t('sign_in.password')}
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoFocus={Boolean(props.phone)}
            required
          />
          <ProblemNote error={entering.error} />
          <Button type="submit" size="lg" loading={entering.isPending}>
            {t('sign_in.enter')}
          </Button>
          <NativeSelect
            aria-label={t('frame.language')}
            size="md"
            data={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
            value={language}
            onChange={(event) => void switchLanguage(event.currentTarget.value as Language)}
          />
        </Stack>
      </form>
    </div>
  );
}
