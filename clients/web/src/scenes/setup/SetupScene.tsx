import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { setUp } from '@/api/session';
import type { Language, Session, SetupDone, SetupInput, SetupState } from '@/api/types';
import { useDraft } from '@/components/draft';
import { ProblemNote } from '@/components/ProblemNote';
import { LANGUAGE_NAMES, LANGUAGES, switchLanguage, useLanguage, useT } from '@/i18n';
import { zoneHere } from '@/lib/dates';
import { SheetWords } from '@/scenes/recovery/SheetWords';
import { AdminStep } from './AdminStep';
import { demoAdmin } from './demoAdmin';
import classes from './Setup.module.css';
import { StoreStep } from './StoreStep';
import { WhatNext } from './WhatNext';

const STEPS = ['language', 'store', 'admin', 'recovery', 'goods'] as const;
type Step = (typeof STEPS)[number];

/** The hub's first page: from a box that knows nothing to a shop that can sell. */
export function SetupScene({ setup, onDone }: { setup: SetupState; onDone: (session: Session) => void }) {
  const t = useT();
  const language = useLanguage();
  const [step, setStep] = useState<Step>('language');
  const [made, setMade] = useState<SetupDone | null>(null);
  const { draft, set } = useDraft<Omit<SetupInput, 'language'>>({
    store: {
      name: '',
      bin: '',
      address: '',
      phone: '',
      zone: zoneHere(setup.zones),
      currency: setup.currencies[0] ?? 'KZT',
      vat_rate: null,
    },
    admin: { name: '', phone: '', password: '', pin: '' },
  });
  const making = useAction(setUp, {
    onDone: (answer, input) => {
      setMade(answer);
      // A demo keeps nothing that a backup would have to save.
      setStep(answer.recovery_words.length > 0 && !input.demo ? 'recovery' : 'goods');
    },
  });
  /** A demo store names itself and its people: one button. */
  const [demo] = useState(() => demoAdmin(t('setup.demo_admin')));
  const showDemo = () =>
    making.mutate({
      language,
      demo: true,
      store: { ...draft.store, name: t('setup.demo_name') },
      admin: demo,
    });
  const send = () =>
    making.mutate({
      language,
      demo: false,
      store: draft.store,
      admin: { ...draft.admin, pin: draft.admin.pin || undefined },
    });
  const speak = (next: Language) => {
    void switchLanguage(next);
    setStep('store');
  };

  return (
    <div className={classes.setup}>
      <main className={classes.card}>
        <header>
          <Text fw={700} size="xl" c="var(--accent)">
            Düken
          </Text>
          <ol className={classes.steps} aria-label={t('setup.steps')}>
            {STEPS.map((name, index) => (
              <li key={name} aria-current={name === step ? 'step' : undefined}>
                <i>{index + 1}</i>
                <span>{t(`setup.step.${name}`)}</span>
              </li>
            ))}
          </ol>
        </header>
        {step === 'language' && (
          <Stack>
            <Title order={1} size="h2">
              {t('setup.welcome')}
            </Title>
            <Text className="soft">{t('setup.welcome_text')}</Text>
            {LANGUAGES.map((code) => (
              <Button
                key={code}
                size="xl"
                lang={code}
                variant={code === language ? 'filled' : 'default'}
                onClick={() => speak(code)}
              >
                {LANGUAGE_NAMES[code]}
              </Button>
            ))}
          </Stack>
        )}
        {step === 'store' && (
          <StoreStep
            setup={setup}
            value={draft.store}
            error={making.error}
            onChange={(store) => set('store', store)}
            busy={making.isPending}
            onNext={() => setStep('admin')}
            onDemo={setup.role === 'store' ? showDemo : undefined}
          />
        )}
        {step === 'admin' && (
          <AdminStep
            value={draft.admin}
            error={making.error}
            onChange={(admin) => set('admin', admin)}
            busy={making.isPending}
            onBack={() => setStep('store')}
            onNext={send}
          />
        )}
        {step === 'recovery' && made && (
          <>
            <Title order={1} size="h2">
              {t('recovery.title')}
            </Title>
            <SheetWords sheet={made} onKept={() => setStep('goods')} />
          </>
        )}
        {step === 'goods' && made && (
          <WhatNext session={made.session} demo={making.variables?.demo ? demo : null} onEnter={onDone} />
        )}
        {(step === 'store' || step === 'admin') && <ProblemNote error={making.error} />}
        {step === 'store' && (
          <Group>
            <Button variant="subtle" onClick={() => setStep('language')}>
              {t('common.back')}
            </Button>
          </Group>
        )}
      </main>
    </div>
  );
}
