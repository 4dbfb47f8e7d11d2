import { useZone } from '@/app/identity';
import { formatDateTime } from '@/lib/dates';

/** A moment in the zone of the store. */
export function When({ at }: { at: string | null | undefined }) {
  const zone = useZone();
  return (
    <span className="num" data-when>
      {at ? formatDateTime(at, zone) : '—'}
    </span>
  );
}
