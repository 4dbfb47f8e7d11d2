import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { requestId } from '@/api/ids';
import { tillQuery } from '@/api/till';
import type { ShiftChip } from '@/api/types';
import { isCovered } from '@/app/cover';
import { HubBar } from '@/app/HubBar';
import { useIdentity } from '@/app/identity';
import { ScenePending } from '@/app/SceneStates';
import { useScans } from '@/app/scans';
import { sayWrong } from '@/app/toasts';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import { useLive } from '@/live/socket';
import { ChooseTill } from './ChooseTill';
import { PadDock } from './PadDock';
import { Selling } from './Selling';
import classes from './Till.module.css';
import { TillBar } from './TillBar';
import { keepWish } from './wishes';

const OpenShift = lazy(() => import('./OpenShift').then((m) => ({ default: m.OpenShift })));

/** The till fills the whole screen: which till this is, its shift, then the sale. */
export function TillScene() {
  const t = useT();
  const { till, user } = useIdentity();
  useLive(till ? `till:${till.id}` : null);
  const now = useQuery(tillQuery);
  // A shift that was closed just now stays until its report has been read.
  const [read, setRead] = useState<ShiftChip | null>(null);
  useEffect(() => {
    document.title = 'Düken';
  }, []);

  const shift = now.data?.shift ?? read;
  const selling = Boolean(till && shift);
  // Nothing is sold yet: what is scanned types into no field. Until the hub has said how the till stands it waits; then it
  // is said to be nowhere.
  useScans(
    (code) => {
      if (isCovered()) return;
      if (till && !now.data) {
        const wish = { key: requestId(), savedAtMs: Date.now(), by: user.id, code, quantity: null };
        return keepWish(wish);
      }
      sayWrong(t(till ? 'scan.no_shift' : 'scan.no_till', { code }));
    },
    !selling,
    'till',
  );

  if (!now.data) {
    return (
      <div className={classes.till}>
        <TillBar shift={null} />
        <HubBar mayReload={false} />
        {now.error ? <ProblemNote error={now.error} retry={() => void now.refetch()} /> : <ScenePending />}
      </div>
    );
  }
  if (till && shift) {
    return (
      <>
        <Selling now={now.data} shift={shift} onShiftShown={(shown) => setRead(shown ? shift : null)} />
        <PadDock />
      </>
    );
  }
  return (
    <div className={classes.till}>
      <TillBar shift={null} />
      <HubBar mayReload />
      <div className={classes.middle}>
        <Suspense fallback={<ScenePending />}>{till ? <OpenShift till={till} /> : <ChooseTill />}</Suspense>
      </div>
      <PadDock />
    </div>
  );
}
