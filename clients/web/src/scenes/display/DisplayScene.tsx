import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { displayQuery } from '@/api/display';
import { codeOf } from '@/api/problem';
import type { DisplayView } from '@/api/types';
import { switchLanguage } from '@/i18n';
import classes from './Display.module.css';
import { DisplayIdle } from './DisplayIdle';
import { DisplayPairing } from './DisplayPairing';
import { DisplayReceipt } from './DisplayReceipt';
import { DisplayThanks } from './DisplayThanks';
import { useDisplayLink } from './displayLink';

/** The hub decides for how long thanks are said; until then it is asked now and then. */
const ASK_MS = 10_000;

/** The screen that faces the buyer. It is nobody's session: it knows one till's public view and nothing else. */
export function DisplayScene() {
  const view = useQuery({
    ...displayQuery,
    refetchInterval: ASK_MS,
    refetchIntervalInBackground: true,
    retry: (count, error) => codeOf(error) !== 'display.not_paired' && count < 30,
  });
  const unknown = codeOf(view.error) === 'display.not_paired';
  const shown = unknown ? undefined : view.data;
  useDisplayLink(shown?.topic);
  useEffect(() => {
    document.title = shown?.store.name ?? 'Düken';
  }, [shown?.store.name]);
  useEffect(() => {
    if (shown) void switchLanguage(shown.language);
  }, [shown?.language]);
  useAwake();

  if (unknown) return <DisplayPairing />;
  if (!shown) return <div className={classes.screen} />;
  // Nothing of an old receipt stays on a screen that cannot know whether it is still true.
  return (
    <div className={classes.screen}>
      <Face view={shown} lost={view.isError} />
    </div>
  );
}

function Face({ view, lost }: { view: DisplayView; lost: boolean }) {
  const { sale } = view;
  if (lost) return <DisplayIdle view={view} />;
  if (sale.lines.length > 0) return <DisplayReceipt sale={sale} store={view.store.name} />;
  if (sale.thanks) return <DisplayThanks thanks={sale.thanks} store={view.store.name} />;
  return <DisplayIdle view={view} />;
}

/** A tablet on the counter does not fall asleep, where its browser can be asked. */
function useAwake(): void {
  const [visible, setVisible] = useState(() => document.visibilityState === 'visible');
  useEffect(() => {
    const look = () => setVisible(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  useEffect(() => {
    if (!visible || !('wakeLock' in navigator)) return;
    const lock = navigator.wakeLock.request('screen').catch(() => null);
    return () => void lock.then((held) => held?.release());
  }, [visible]);
}
