import { useParams } from '@tanstack/react-router';
import { BackLink } from '@/components/BackLink';
import { Page } from '@/components/Page';
import { useT } from '@/i18n';
import { ReturnDone } from './ReturnDone';

export function ReturnScene() {
  const t = useT();
  const { id } = useParams({ from: '/framed/returns/$id' });
  return (
    <Page title={t('return.title')} back={<BackLink />} narrow>
      <ReturnDone id={id} />
    </Page>
  );
}
