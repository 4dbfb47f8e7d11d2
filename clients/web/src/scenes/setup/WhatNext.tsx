import { Button, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { sessionKeys, setupQuery } from '@/api/session';
import type { Session } from '@/api/types';
import { useT } from '@/i18n';
import { DemoProgress } from './DemoProgress';

/** The shop exists; its goods and devices come next, in either order, or later. */
export function WhatNext({
  session,
  demo,
  onEnter,
}: {
  session: Session;
  demo: boolean;
  onEnter: (session: Session) => void;
}) {
  const t = useT();
  const client = useQueryClient();
  const navigate = useNavigate();
  const go = (to: '/import' | '/devices' | '/till' | '/') => {
    client.setQueryData(sessionKeys.session, session);
    client.setQueryData(setupQuery.queryKey, (before) => before && { ...before, state: 'ready' as const });
    void navigate({ to });
    onEnter(session);
  };
  const store = session.store.role === 'store';
  return (
    <Stack>
      <Title order={1} size="h2">
        {t('setup.ready')}
      </Title>
      {demo ? (
        <DemoProgress />
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
