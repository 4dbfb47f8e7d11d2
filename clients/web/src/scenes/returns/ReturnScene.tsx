import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { saleQuery } from '@/api/sales';
import { ScenePending } from '@/app/SceneStates';
import { BackLink } from '@/components/BackLink';
import { Columns, Page } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import { PrintAgain } from '@/scenes/sales/PrintAgain';
import { ReturnDocument } from './ReturnDone';

export function ReturnScene() {
  const t = useT();
  const { id } = useParams({ from: '/framed/returns/$id' });
  const { data, error } = useQuery(saleQuery(id));
  if (!data) {
    if (!error) return <ScenePending />;
    return (
      <Page title={t('return.title')} back={<BackLink />} width="reading">
        <ProblemNote error={error} />
      </Page>
    );
  }
  return (
    <Page title={t('return.title')} back={<BackLink />} actions={<PrintAgain id={id} />} width="reading">
      <Columns>
        <ReturnDocument document={data} />
      </Columns>
    </Page>
  );
}
