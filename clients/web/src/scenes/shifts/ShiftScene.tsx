import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { shiftQuery } from '@/api/shifts';
import { BackLink } from '@/components/BackLink';
import { Page } from '@/components/Page';
import { useT } from '@/i18n';
import { useLive } from '@/live/socket';
import { ShiftPanel } from './ShiftPanel';

export function ShiftScene() {
  const t = useT();
  const navigate = useNavigate();
  const { id } = useParams({ from: '/framed/shifts/$id' });
  useLive(`shift:${id}`);
  const shift = useQuery(shiftQuery(id));
  return (
    <Page title={t('shift.title', { number: shift.data?.number ?? '' })} back={<BackLink />} width="reading">
      <ShiftPanel id={id} onClosed={() => void navigate({ to: '/shifts' })} />
    </Page>
  );
}
