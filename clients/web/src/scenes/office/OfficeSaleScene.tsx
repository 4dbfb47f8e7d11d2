import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { storeSaleQuery } from '@/api/office';
import { ScenePending } from '@/app/SceneStates';
import { BackLink } from '@/components/BackLink';
import { Page } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { SaleView } from '../sales/SaleView';

export function OfficeSaleScene() {
  const { node, id } = useParams({ from: '/framed/office/$node/sales/$id' });
  const sale = useQuery(storeSaleQuery(node, id));
  if (!sale.data) return sale.error ? <ProblemNote error={sale.error} /> : <ScenePending />;
  return (
    <Page title={sale.data.number} back={<BackLink />}>
      <SaleView sale={sale.data} linked={false} />
    </Page>
  );
}
