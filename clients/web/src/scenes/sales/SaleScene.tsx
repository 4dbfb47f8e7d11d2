import { Button, Modal } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { nothingPrinted, saleQuery } from '@/api/sales';
import { useMay } from '@/app/identity';
import { ScenePending } from '@/app/SceneStates';
import { BackLink } from '@/components/BackLink';
import { Page } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import { useLive } from '@/live/socket';
import { ReturnFlow } from '@/scenes/returns/ReturnFlow';
import { PrintAgain } from './PrintAgain';
import { SaleView } from './SaleView';

export function SaleScene() {
  const t = useT();
  const may = useMay();
  const { id } = useParams({ from: '/framed/sales/$id' });
  useLive('sales', 'devices');
  const sale = useQuery(saleQuery(id));
  const [returning, setReturning] = useState(false);
  if (!sale.data) return sale.error ? <ProblemNote error={sale.error} /> : <ScenePending />;
  return (
    <Page
      title={sale.data.number}
      back={<BackLink />}
      width="reading"
      actions={
        <>
          <PrintAgain id={id} paper={nothingPrinted(sale.data.print) ? 'first' : 'copy'} />
          {may('sales.return') && sale.data.state !== 'returned' && (
            <Button leftSection={<IconArrowBackUp size={20} />} onClick={() => setReturning(true)}>
              {t('till.return')}
            </Button>
          )}
        </>
      }
    >
      <SaleView sale={sale.data} />
      <Modal opened={returning} onClose={() => setReturning(false)} fullScreen title={t('return.title')}>
        <ReturnFlow number={sale.data.number} onDone={() => setReturning(false)} />
      </Modal>
    </Page>
  );
}
