import { Button, Code, CopyButton, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { agentsQuery, deviceKeys, dropAgent, pairAgent } from '@/api/devices';
import type { Agent } from '@/api/types';
import { sayProblem } from '@/app/toasts';
import { AskModal } from '@/components/AskModal';
import { Facts } from '@/components/Facts';
import { Spot } from '@/components/Light';
import { Card } from '@/components/Page';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/DataTable';
import { wholeRows } from '@/components/table/rows';
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
  const columns: Column<Agent>[] = [
    {
      key: 'name',
      header: t('agent.name'),
      cell: (row) => row.name,
      value: (row) => row.name,
      phone: 'title',
    },
    {
      key: 'state',
      header: t('common.state'),
      cell: (row) => (
        <Spot color={row.connected ? 'good' : 'bad'}>
          {t(row.connected ? 'agent.connected' : 'agent.away')}
        </Spot>
      ),
    },
    { key: 'address', header: t('agent.address'), cell: (row) => row.address ?? '—' },
    {
      key: 'devices',
      header: t('agent.device_count'),
      align: 'right',
      cell: (row) => row.devices.length,
      value: (row) => row.devices.length,
    },
    {
      key: 'drop',
      header: '',
      phone: 'side',
      cell: (row) => (
        <Button size="xs" variant="subtle" color="red" onClick={() => setDropped(row)}>
          {t('agent.drop')}
        </Button>
      ),
    },
  ];
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
      <DataTable
        inside
        name="agents"
        columns={columns}
        list={wholeRows(agents)}
        rowKey={(row) => row.id}
        empty={<span className="soft">{t('agent.none')}</span>}
      />
      <Modal opened={code !== undefined} onClose={pairing.reset} title={t('agent.pair')}>
        {code && (
          <Stack>
            {code.command ? (
              <Text>{t('agent.pair_text')}</Text>
            ) : (
              <Text c="red">{t('agent.no_network')}</Text>
            )}
            <div className={classes.code}>{code.code}</div>
            {code.command && (
              <>
                <img
                  className={classes.qr}
                  src={`data:image/svg+xml,${encodeURIComponent(code.qr_svg)}`}
                  alt={code.qr}
                />
                <Code block className={classes.command}>
                  {code.command}
                </Code>
                <CopyButton value={code.command}>
                  {({ copied, copy }) => (
                    <Button variant="default" onClick={copy}>
                      {t(copied ? 'agent.copied' : 'agent.copy')}
                    </Button>
                  )}
                </CopyButton>
                <Facts
                  rows={[
                    [t('agent.addresses'), code.addresses.join(', ')],
                    code.fingerprint !== null && [
                      t('agent.fingerprint'),
                      <Code key="f">{code.fingerprint}</Code>,
                    ],
                  ]}
                />
              </>
            )}
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
