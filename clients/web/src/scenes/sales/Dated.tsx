import { useZone } from '@/app/identity';
import { When } from '@/components/When';
import { useT } from '@/i18n';
import { formatDate, today } from '@/lib/dates';

/** A document's own date; the moment of the day when it was recorded on that day, else both. */
export function Dated({ document }: { document: { business_date: string; recorded_at: string } }) {
  const t = useT();
  const zone = useZone();
  const recorded = today(zone, new Date(document.recorded_at));
  if (recorded === document.business_date) return <When at={document.recorded_at} />;
  return (
    <>
      <span className="num">{formatDate(document.business_date)}</span>
      <br />
      <span className="soft">
        {t('sale.when')} <When at={document.recorded_at} />
      </span>
    </>
  );
}
