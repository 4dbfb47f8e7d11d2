import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { storeSaleQuery } from '@/api/office';
import { ScenePending } from '@/app/SceneStates';
import { BackLink } from '@/components/BackLink';
import { Columns, Page } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { ReturnDocument } from '../returns/ReturnDone';
import { SaleView } from '../sales/SaleView';

export function OfficeSaleScene() {
  const { node, id } = useParams({ from: '/framed/office/$node/sales/$id' });
  const sale = useQuery(storeSaleQuery(node, id));
  if (!sale.data) return sale.error ? <ProblemNote error={sale.error} /> : <ScenePending />;
  return (
    <Page title={sale.data.number} back={<BackLink />} width="reading">
      {sale.data.kind === 'return' ? (
        <Columns>
          <ReturnDocument document={sale.data} />
        </Columns>
      ) : (
        <SaleView sale={sale.data} linked={false} />
      )}
    </Page>
  );
}
