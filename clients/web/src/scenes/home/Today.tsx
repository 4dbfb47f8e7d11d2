import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Home } from '@/api/types';
import { useMay } from '@/app/identity';
import { Sum } from '@/components/Figures';
import { useT } from '@/i18n';
import { minorOf } from '@/lib/money';
import classes from './Home.module.css';

/** Numbers that an owner reads at night, each beside the same weekday a week ago up to this hour, each with its documents. */
export function Today({ home }: { home: Home }) {
  const { today, week_before } = home;
  const t = useT();
  if (!today) return null;
  const day = { from: today.date, to: today.date };
  return (
    <div className={classes.today}>
      <Tile
        name={t('home.sales')}
        value={<Sum of={today.sales} whole />}
        now={minorOf(today.sales)}
        before={minorOf(week_before?.sales)}
        search={{ ...day, kind: 'sale' }}
      />
      <Tile
        name={t('home.count')}
        value={today.sales_count}
        now={today.sales_count}
        before={week_before?.sales_count}
        search={{ ...day, kind: 'sale' }}
      />
      <Tile
        name={t('home.average')}
        value={<Sum of={today.average} whole />}
        now={minorOf(today.average)}
        before={minorOf(week_before?.average)}
        search={{ ...day, kind: 'sale' }}
      />
      <Tile
        name={t('home.returns')}
        value={<Sum of={today.returns} whole />}
        search={{ ...day, kind: 'return' }}
      />
    </div>
  );
}

function Tile(props: {
  name: string;
  value: ReactNode;
  now?: number;
  before?: number;
  search: { from: string; to: string; kind: 'sale' | 'return' };
}) {
  const t = useT();
  const may = useMay();
  const { now, before } = props;
  const percent =
    now !== undefined && before !== undefined && before > 0
      ? Math.round(((now - before) / before) * 100)
      : null;
  const inside = (
    <>
      <span className="soft">{props.name}</span>
      <strong className="num">{props.value}</strong>
      {percent !== null && (
        <span className={classes.trend} data-down={percent < 0 || undefined}>
          {percent !== 0 && (percent < 0 ? <IconArrowDown size={16} /> : <IconArrowUp size={16} />)}
          {percent === 0 ? t('home.trend_same') : t('home.trend', { percent: Math.abs(percent) })}
        </span>
      )}
    </>
  );
  return may('sales.view') ? (
    <Link className={classes.tile} to="/sales" search={props.search}>
      {inside}
    </Link>
  ) : (
    <div className={classes.tile}>{inside}</div>
  );
}
