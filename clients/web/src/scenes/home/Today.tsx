import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Home } from '@/api/types';
import { Sum } from '@/components/Figures';
import { useT } from '@/i18n';
import { minorOf } from '@/lib/money';
import classes from './Home.module.css';

/** Three numbers that an owner reads at night, each beside yesterday's. */
export function Today({ home }: { home: Home }) {
  const { today, yesterday } = home;
  const t = useT();
  if (!today) return null;
  return (
    <div className={classes.today}>
      <Tile
        name={t('home.sales')}
        value={<Sum of={today.sales} whole />}
        now={minorOf(today.sales)}
        before={minorOf(yesterday?.sales)}
      />
      <Tile
        name={t('home.count')}
        value={today.sales_count}
        now={today.sales_count}
        before={yesterday?.sales_count}
      />
      <Tile
        name={t('home.average')}
        value={<Sum of={today.average} whole />}
        now={minorOf(today.average)}
        before={minorOf(yesterday?.average)}
      />
      <Tile name={t('home.returns')} value={<Sum of={today.returns} whole />} />
    </div>
  );
}

function Tile(props: { name: string; value: ReactNode; now?: number; before?: number }) {
  const t = useT();
  const { now, before } = props;
  const percent =
    now !== undefined && before !== undefined && before > 0
      ? Math.round(((now - before) / before) * 100)
      : null;
  return (
    <div className={classes.tile}>
      <span className="soft">{props.name}</span>
      <strong className="num">{props.value}</strong>
      {percent !== null && (
        <span className={classes.trend} data-down={percent < 0 || undefined}>
          {percent < 0 ? <IconArrowDown size={16} /> : <IconArrowUp size={16} />}
          {t('home.trend', { percent: Math.abs(percent) })}
        </span>
      )}
    </div>
  );
}
