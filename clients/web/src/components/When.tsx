import { useZone } from '@/app/identity';
import { useLanguage } from '@/i18n';
import { formatDateTime } from '@/lib/dates';

/** A moment in the zone of the store. */
export function When({ at }: { at: string | null | undefined }) {
  const zone = useZone();
  // Drawn anew when the language changes: how dates are written is asked of no component.
  useLanguage();
  return (
    <span className="num" data-when>
      {at ? formatDateTime(at, zone) : '—'}
    </span>
  );
}
