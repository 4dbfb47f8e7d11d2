import { useEffect, useState } from 'react';
import { logoUrl } from '@/api/display';
import type { DisplayView } from '@/api/types';
import { useT } from '@/i18n';
import { formatTime } from '@/lib/dates';
import classes from './Display.module.css';

/** Between buyers: the shop's name and logo, and what time it is. */
export function DisplayIdle({ view }: { view: DisplayView }) {
  const t = useT();
  const { store } = view;
  return (
    <div className={classes.idle}>
      {store.logo_hash ? (
        <img src={logoUrl(store.logo_hash)} alt="" />
      ) : (
        <span className={classes.mark} aria-hidden>
          {[...store.name][0] ?? 'D'}
        </span>
      )}
      <h1>{store.name}</h1>
      <p>{t('display.welcome')}</p>
      <Clock zone={store.zone} />
    </div>
  );
}

function Clock({ zone }: { zone: string }) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 1000);
    return () => clearInterval(timer);
  }, []);
  return <time className={classes.clock}>{formatTime(now.toISOString(), zone)}</time>;
}
