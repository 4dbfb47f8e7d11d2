import { Button, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { agentsQuery, deviceKeys, dropAgent, pairAgent } from '@/api/devices';
import type { Agent } from '@/api/types';
import { sayProblem } from '@/app/toasts';
import { AskModal } from '@/components/AskModal';
import { Spot } from '@/components/Light';
import { Card } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { When } from '@/components/When';
import { useT } from '@/i18n';
import classes from './Devices.module.css';

/** Till computers that lend their devices to the hub. */
export function Agents() {
  const t = useT();
  const agents = useQuery(agentsQuery);
  const [dropped, setDropped] = useState<Agent | null>(null);
  const pairing = useAction(pairAgent, { stale: [deviceKeys.agents] });
  const dropping = useAction(dropAgent, { stale: [deviceKeys.all], onDone: () => setDropped(null) });
  const code = pairing.data;
  return (
    <Card
      title={t('agent.title')}
      actions={
        <Button
          variant="default"
          loading={pairing.isPending}
          onClick={() => pairing.mutate(null, { onError: sayProblem })}
        >
          {t('agent.pair')}
        </Button>
      }
    >
      <ProblemNote error={agents.error} />
      {agents.data?.length === 0 && <span className="soft">{t('agent.none')}</span>}
      {agents.data?.map((agent) => (
        <div key={agent.id} className={classes.job}>
          <div>
            <strong>{agent.name}</strong>
            <br />
            <Spot color={agent.connected ? 'good' : 'bad'}>
              {t(agent.connected ? 'agent.connected' : 'agent.away')} · {agent.address} ·{' '}
              {t('agent.devices', { count: agent.devices.length })}
            </Spot>
          </div>
          <Button size="sm" variant="subtle" color="red" onClick={() => setDropped(agent)}>
            {t('agent.drop')}
          </Button>
        </div>
      ))}
      <Modal opened={code !== undefined} onClose={pairing.reset} title={t('agent.pair')}>
        {code && (
          <Stack>
            <Text>{t('agent.pair_text')}</Text>
            <div className={classes.code}>{code.code}</div>
            {code.qr.startsWith('data:') && <img className={classes.qr} src={code.qr} alt="QR" />}
            <Text className="soft" ta="center">
              {t('agent.until')} <When at={code.expires_at} />
            </Text>
          </Stack>
        )}
      </Modal>
      <AskModal
        opened={dropped !== null}
        onClose={() => setDropped(null)}
        title={t('agent.drop')}
        text={t('agent.drop_text', { name: dropped?.name ?? '' })}
        confirm={t('agent.drop')}
        danger
        busy={dropping.isPending}
        error={dropping.error}
        onConfirm={() => dropped && dropping.mutate(dropped.id)}
      />
    </Card>
  );
}
