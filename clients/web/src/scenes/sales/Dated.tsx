import { useZone } from '@/app/identity';
import { When } from '@/components/When';
import { useT } from '@/i18n';
import { fileDate, fileDateTime, formatDate, today } from '@/lib/dates';

type Document = { business_date: string; recorded_at: string };

const isOfItsDay = (document: Document, zone: string) =>
  today(zone, new Date(document.recorded_at)) === document.business_date;

/** What stands in a file: the document's own date, with the time where it is of that day. */
export const datedText = (document: Document, zone: string): string =>
  isOfItsDay(document, zone) ? fileDateTime(document.recorded_at, zone) : fileDate(document.business_date);

/** A document's own date; the moment of the day when it was recorded on that day, else both. */
export function Dated({ document }: { document: Document }) {
  const t = useT();
  const zone = useZone();
  if (isOfItsDay(document, zone)) return <When at={document.recorded_at} />;
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
