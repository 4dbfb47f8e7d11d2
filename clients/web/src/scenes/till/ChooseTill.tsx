import { Button, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useAction } from '@/api/action';
import { chooseTill, sessionKeys } from '@/api/session';
import { tillsQuery } from '@/api/settings';
import { tillKeys } from '@/api/till';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';

/** Said once per device: which till this is. */
export function ChooseTill() {
  const t = useT();
  const client = useQueryClient();
  const tills = useQuery(tillsQuery);
  const choosing = useAction(chooseTill, {
    stale: [tillKeys.all],
    onDone: (session) => client.setQueryData(sessionKeys.session, session),
  });
  const open = (tills.data ?? []).filter((till) => !till.archived);
  return (
    <Stack w="100%" maw={420}>
      <Title order={1} size="h2">
        {t('till.which')}
      </Title>
      <Text className="soft">{t('till.which_text')}</Text>
      <ProblemNote error={tills.error ?? choosing.error} />
      {open.map((till) => (
        <Button
          key={till.id}
          size="xl"
          variant="default"
          loading={choosing.isPending && choosing.variables === till.id}
          onClick={() => choosing.mutate(till.id)}
        >
          {till.name}
        </Button>
      ))}
      {tills.data && open.length === 0 && <Text>{t('till.none')}</Text>}
    </Stack>
  );
}
