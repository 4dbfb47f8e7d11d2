import {
  IconBook2,
  IconBuilding,
  IconBuildingStore,
  IconClock,
  IconDatabaseExport,
  IconListCheck,
  IconPrinter,
  IconServer,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import { healthQuery } from '@/api/health';
import type { HealthKey, HealthLight, LightState } from '@/api/types';
import { ScenePending } from '@/app/SceneStates';
import { ClockConfirm } from '@/components/ClockConfirm';
import { type LightColor, Spot } from '@/components/Light';
import { TextLink } from '@/components/links';
import { Page } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import classes from './Health.module.css';

const COLOR: Record<LightState, LightColor> = { ok: 'good', warn: 'warn', red: 'bad' };
const ICON: Record<HealthKey, ComponentType<{ size?: number }>> = {
  backup: IconDatabaseExport,
  verify: IconListCheck,
  journal: IconBook2,
  disk: IconServer,
  office: IconBuilding,
  stores: IconBuildingStore,
  queues: IconPrinter,
  clock: IconClock,
};
/** Where each is mended. */
const MENDED_AT: Partial<Record<HealthKey, '/backup' | '/office' | '/devices'>> = {
  backup: '/backup',
  verify: '/backup',
  office: '/office',
  queues: '/devices',
};
const ORDER: LightState[] = ['red', 'warn', 'ok'];

/** How the machine stands, for whoever looks after it: the worst first, each with what to do. */
export function HealthScene() {
  const t = useT();
  const health = useQuery(healthQuery);
  if (!health.data) {
    return (
      <Page title={t('menu.health')}>
        {health.error ? (
          <ProblemNote error={health.error} retry={() => void health.refetch()} />
        ) : (
          <ScenePending />
        )}
      </Page>
    );
  }
  const lights = [...health.data.lights].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  return (
    <Page title={t('menu.health')}>
      <div className={classes.all} data-state={health.data.state} role="status">
        <Spot color={COLOR[health.data.state]}>{t(`health.all.${health.data.state}`)}</Spot>
      </div>
      <ul className={classes.lights}>
        {lights.map((light) => (
          <One key={light.key} light={light} />
        ))}
      </ul>
    </Page>
  );
}

function One({ light }: { light: HealthLight }) {
  const t = useT();
  const Icon = ICON[light.key] ?? IconServer;
  const to = MENDED_AT[light.key];
  const wrong = light.state !== 'ok';
  return (
    <li className={classes.light} data-state={light.state}>
      <Icon size={24} />
      <div>
        <h2>
          <Spot color={COLOR[light.state]}>{t(`health.name.${light.key}`)}</Spot>
        </h2>
        <p>{light.says}</p>
        {wrong && light.key === 'clock' && <ClockConfirm />}
        {to && (wrong || light.key === 'backup') && <TextLink to={to}>{t('health.open')}</TextLink>}
      </div>
    </li>
  );
}
