import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useEffect, useLayoutEffect, useRef } from 'react';
import { HubSilent } from '@/api/problem';
import { sessionKeys, sessionQuery, setupQuery } from '@/api/session';
import type { Session } from '@/api/types';
import { switchLanguage, useLanguage } from '@/i18n';
import { rememberTill } from '@/lib/device';
import { startLive } from '@/live/socket';
import { LockScreen } from '@/scenes/sign-in/LockScreen';
import { SignIn } from '@/scenes/sign-in/SignIn';
import { CameraHost } from './CameraHost';
import { guardKeys, noteLocked } from './cover';
import { HubAway } from './HubAway';
import { IdentityContext } from './identity';
import { interruption, watchSession } from './interruption';
import { keepLastKnown } from './lastKnown';
import { ScenePending } from './SceneStates';
import { listenToWedge } from './scans';
import { useUnsent } from './unsent';

const SetupScene = lazy(() => import('@/scenes/setup/SetupScene').then((m) => ({ default: m.SetupScene })));

watchSession();
guardKeys();

/** Decides what a visitor sees: the first run, the sign-in, the lock, or the program itself. */
export function Gate({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const setup = useQuery(setupQuery);
  const ready = setup.data?.state === 'ready';
  const session = useQuery({ ...sessionQuery, enabled: ready });
  const covered = interruption.use();
  const lockedElsewhere = session.data?.locked === true;
  const language = useLanguage();
  const asked = useRef(language);
  useEffect(() => {
    // What the hub says in words it says in the language that it was asked in.
    if (asked.current !== language) void client.invalidateQueries();
    asked.current = language;
  }, [client, language]);
  useLayoutEffect(() => {
    noteLocked(lockedElsewhere);
    return () => noteLocked(false);
  }, [lockedElsewhere]);

  const enter = (entered: Session) => {
    client.setQueryData(sessionKeys.session, entered);
    interruption.set(null);
    void switchLanguage(entered.language);
  };

  if (!setup.data) return setup.failureCount > 0 ? <HubAway /> : <ScenePending />;
  if (!ready) {
    return (
      <Suspense fallback={<ScenePending />}>
        <SetupScene setup={setup.data} onDone={enter} />
      </Suspense>
    );
  }
  if (!session.data) {
    if (session.isPending) return <ScenePending />;
    if (session.error instanceof HubSilent) return <HubAway onRetry={() => void session.refetch()} />;
    return covered === 'locked' ? <LockScreen onEnter={enter} /> : <SignIn onEnter={enter} />;
  }
  if (session.data.till) rememberTill(session.data.till.id);
  const locked = covered === 'locked' || session.data.locked;
  return (
    <IdentityContext.Provider value={session.data}>
      <Inside person={session.data.user.id} ready={!locked && covered === null}>
        <div inert={locked || covered === 'expired'} style={{ display: 'contents' }}>
          {children}
          <CameraHost />
        </div>
      </Inside>
      {locked && covered !== 'expired' && <LockScreen person={session.data.user} onEnter={enter} />}
      {covered === 'expired' && <SignIn onEnter={enter} phone={session.data.user.phone} over />}
    </IdentityContext.Provider>
  );
}

/** What runs as long as somebody is signed in. */
function Inside({ person, ready, children }: { person: string; ready: boolean; children: ReactNode }) {
  const client = useQueryClient();
  // What was asked for the person before is asked anew, once the screens know who is here now.
  const before = useRef(person);
  useEffect(() => {
    if (before.current !== person) void client.invalidateQueries();
    before.current = person;
  }, [client, person]);
  useUnsent(client, person, ready);
  useEffect(() => startLive(client), [client]);
  useEffect(() => listenToWedge(), []);
  useEffect(() => keepLastKnown(client), [client]);
  return children;
}
