import { useIdentity } from '@/app/identity';
import { Columns, Page } from '@/components/Page';
import { useT } from '@/i18n';
import { OfficeLink } from './OfficeLink';
import { OfficeStores } from './OfficeStores';

/** At the head office: every store. In a store: the link to the head office. */
export function OfficeScene() {
  const t = useT();
  const { store } = useIdentity();
  if (store.role === 'office') return <OfficeStores />;
  return (
    <Page title={t('menu.office')} width="reading">
      <Columns>
        <OfficeLink />
      </Columns>
    </Page>
  );
}
