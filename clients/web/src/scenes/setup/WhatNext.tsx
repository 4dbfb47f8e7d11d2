import { Alert, Button, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { sessionKeys, setupQuery } from '@/api/session';
import type { Session, SetupInput } from '@/api/types';
import { setupGuide } from '@/app/setupGuide';
import { useT } from '@/i18n';
import { formatPhone } from '@/lib/phone';
import { DemoProgress } from './DemoProgress';

/** The shop exists; its goods and devices come next, in either order, or later. */
export function WhatNext({
  session,
  demo,
  onEnter,
}: {
  session: Session;
  /** Who holds the demo store, when it is one. */
  demo: SetupInput['admin'] | null;
  onEnter: (session: Session) => void;
}) {
  const t = useT();
  const client = useQueryClient();
  const navigate = useNavigate();
  const store = session.store.role === 'store';
  const go = (to: '/import' | '/devices' | '/till' | '/') => {
    client.setQueryData(sessionKeys.session, session);
    client.setQueryData(setupQuery.queryKey, (before) => before && { ...before, state: 'ready' as const });
    if (store && !demo) setupGuide.begin();
    void navigate({ to });
    onEnter(session);
  };
  return (
    <Stack>
      <Title order={1} size="h2">
        {t('setup.ready')}
      </Title>
      {demo ? (
        <>
          <Alert title={t('setup.demo_yours')}>
            <p className="num">
              {formatPhone(demo.phone)} · {demo.password} · PIN {demo.pin}
            </p>
            <p>{t('setup.demo_yours_text')}</p>
          </Alert>
          <DemoProgress />
        </>
      ) : (
        <Text className="soft">{t(store ? 'setup.ready_text' : 'setup.ready_office')}</Text>
      )}
      {store && (
        <>
          {!demo && (
            <Button size="xl" onClick={() => go('/import')}>
              {t('setup.bring_goods')}
            </Button>
          )}
          {!demo && (
            <Button size="lg" variant="default" onClick={() => go('/devices')}>
              {t('setup.find_devices')}
            </Button>
          )}
          <Button size={demo ? 'xl' : 'lg'} variant={demo ? 'filled' : 'default'} onClick={() => go('/till')}>
            {t('setup.to_till')}
          </Button>
        </>
      )}
      <Button size={store ? 'md' : 'xl'} variant={store ? 'subtle' : 'filled'} onClick={() => go('/')}>
        {t('setup.to_home')}
      </Button>
    </Stack>
  );
}
