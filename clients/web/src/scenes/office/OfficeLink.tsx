import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { enrol, officeKeys, syncQuery } from '@/api/office';
import { fieldProblem } from '@/api/problem';
import type { SyncState } from '@/api/types';
import { useMay } from '@/app/identity';
import { ScenePending } from '@/app/SceneStates';
import { Facts } from '@/components/Facts';
import { type LightColor, Spot } from '@/components/Light';
import { Card } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { When } from '@/components/When';
import { useT } from '@/i18n';
import { groupDigits } from '@/lib/figures';

const COLOR: Record<SyncState['state'], LightColor> = { off: 'idle', enrolled: 'good', error: 'bad' };

export function OfficeLink() {
  const t = useT();
  const may = useMay();
  const sync = useQuery(syncQuery);
  if (!sync.data) return sync.error ? <ProblemNote error={sync.error} /> : <ScenePending />;
  const { data } = sync;
  return (
    <>
      <Card title={t('office.link')}>
        <Spot color={COLOR[data.state]}>{data.detail || t(`office.link_state.${data.state}`)}</Spot>
        {data.state !== 'off' && (
          <Facts
            rows={[
              [t('office.address'), data.office_url ?? '—'],
              [t('office.sent'), groupDigits(String(data.last_acked))],
              [t('office.waiting'), groupDigits(String(data.lag_entries))],
              [t('office.last_contact'), <When key="w" at={data.last_contact_at} />],
            ]}
          />
        )}
      </Card>
      {data.state === 'off' && may('office.edit') && <Enrol />}
    </>
  );
}

function Enrol() {
  const t = useT();
  const [url, setUrl] = useState('https://');
  const [code, setCode] = useState('');
  const [fingerprint, setFingerprint] = useState('');
  const enrolling = useAction(enrol, { stale: [officeKeys.all] });
  return (
    <Card title={t('office.enrol')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          enrolling.mutate({
            url: url.trim(),
            code: code.trim(),
            fingerprint: fingerprint.trim() || undefined,
          });
        }}
      >
        <Stack>
          <Text className="soft">{t('office.enrol_text')}</Text>
          <TextInput
            label={t('office.address')}
            value={url}
            error={fieldProblem(enrolling.error, 'url')}
            onChange={(event) => setUrl(event.currentTarget.value)}
            required
          />
          <TextInput
            label={t('office.code')}
            value={code}
            error={fieldProblem(enrolling.error, 'code')}
            onChange={(event) => setCode(event.currentTarget.value)}
            required
          />
          <TextInput
            label={t('office.fingerprint')}
            description={t('office.fingerprint_text')}
            value={fingerprint}
            error={fieldProblem(enrolling.error, 'fingerprint')}
            onChange={(event) => setFingerprint(event.currentTarget.value)}
          />
          <ProblemNote error={enrolling.error} />
          <Button type="submit" loading={enrolling.isPending} disabled={code.trim() === ''}>
            {t('office.join')}
          </Button>
        </Stack>
      </form>
    </Card>
  );
}
