import type { Home } from '@/api/types';
import { useT } from '@/i18n';
import { formatMoney, minorOf } from '@/lib/money';
import classes from './Home.module.css';

/** Sales of today by the hour: a bar for each, its sum under the finger, all of it as text for those who do not see. */
export function Hours({ hours }: { hours: Home['hours'] }) {
  const t = useT();
  const most = Math.max(1, ...hours.map((hour) => minorOf(hour.sales)));
  return (
    <ol className={classes.hours} aria-label={t('home.hours')}>
      {hours.map(({ hour, sales, sales_count: count }) => {
        const words = t('home.hour', { hour, count, sum: formatMoney(sales) });
        return (
          <li key={hour} title={words}>
            <i style={{ height: `${(minorOf(sales) / most) * 100}%` }} />
            <span className="num" aria-hidden="true">
              {hour}
            </span>
            <span className={classes.spoken}>{words}</span>
          </li>
        );
      })}
    </ol>
  );
}
