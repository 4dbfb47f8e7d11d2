import { useT } from '@/i18n';
import { Empty } from './Empty';

/** A list that this person may not see: why it is closed, and who can open it. */
export function NoRight() {
  const t = useT();
  return <Empty title={t('table.no_right')} text={t('table.no_right_text')} />;
}
