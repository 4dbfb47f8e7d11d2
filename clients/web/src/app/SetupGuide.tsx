import { ActionIcon } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import { anyProductQuery } from '@/api/catalog';
import { devicesQuery } from '@/api/devices';
import { recentSalesQuery } from '@/api/sales';
import { ButtonLink } from '@/components/links';
import { useT } from '@/i18n';
import classes from './SetupGuide.module.css';
import { setupGuide } from './setupGuide';

const STEPS = [
  { key: 'goods', to: '/import' },
  { key: 'devices', to: '/devices' },
  { key: 'sale', to: '/till' },
] as const;

/** The first run goes on: goods, devices, the first sale, each a page of its own and each a step of one way. */
export function SetupGuide() {
  return setupGuide.use() ? <Steps /> : null;
}

function Steps() {
  const t = useT();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const goods = useQuery(anyProductQuery);
  const devices = useQuery(devicesQuery);
  const sales = useQuery(recentSalesQuery);
  const done = {
    goods: (goods.data?.items.length ?? 0) > 0,
    devices: (devices.data?.length ?? 0) > 0,
    sale: (sales.data?.items.length ?? 0) > 0,
  };
  // A shop can sell without devices: the step is offered, never in the way.
  const next = STEPS.find(({ key, to }) => !done[key] && !(key === 'devices' && path === to));
  return (
    <nav className={classes.guide} aria-label={t('guide.title')}>
      <strong>{done.sale ? t('guide.done') : t('guide.title')}</strong>
      <ol>
        {STEPS.map(({ key, to }) => (
          <li key={key} data-done={done[key] || undefined}>
            <ButtonLink
              to={to}
              size="sm"
              variant={next?.key === key ? 'filled' : 'default'}
              aria-current={path === to ? 'step' : undefined}
              leftSection={done[key] ? <IconCheck size={18} /> : undefined}
            >
              {t(`guide.${key}`)}
            </ButtonLink>
          </li>
        ))}
      </ol>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={44}
        aria-label={t('guide.end')}
        onClick={setupGuide.end}
      >
        <IconX size={20} />
      </ActionIcon>
    </nav>
  );
}
