import { Anchor, Code, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { networkQuery } from '@/api/devices';
import { Facts } from '@/components/Facts';
import { Card } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';

/** Where other devices open this hub, and the fingerprint that the page about trust asks people to compare. */
export function NetworkSettings() {
  const t = useT();
  const network = useQuery(networkQuery);
  const { addresses, fingerprint, trust } = network.data ?? { addresses: [], fingerprint: null, trust: [] };
  return (
    <Card title={t('settings.network.title')}>
      <ProblemNote error={network.error} />
      {network.data && fingerprint === null && <Text className="soft">{t('settings.network.none')}</Text>}
      {fingerprint !== null && (
        <>
          <Text>{t('settings.network.text')}</Text>
          <Facts
            rows={[
              [
                t('settings.network.addresses'),
                addresses.map((address) => (
                  <div key={address}>
                    <Anchor href={address}>{address}</Anchor>
                  </div>
                )),
              ],
              [t('settings.network.fingerprint'), <Code key="f">{fingerprint}</Code>],
              trust[0] !== undefined && [
                t('settings.network.trust'),
                <Anchor key="t" href={trust[0]} target="_blank">
                  {trust[0]}
                </Anchor>,
              ],
            ]}
          />
        </>
      )}
    </Card>
  );
}
