import type { Home } from '@/api/types';
import { useT } from '@/i18n';
import { formatMoney, minorOf } from '@/lib/money';
import classes from './Home.module.css';

/** Hours that always have a place, with sales or without: the first sale of a day does not fill the picture. */
const SHOWN = { from: 9, to: 20 };

/** On a narrow screen every third hour is named. */
const isMinor = (hour: number) => hour % 3 !== 0 || undefined;

type Hour = Home['hours'][number];

/** An hour with its sales, or the number of one that had none. */
function slots(hours: Hour[]): (Hour | number)[] {
  if (hours.length === 0) return [];
  const all = hours.map(({ hour }) => hour);
  const [from, to] = [Math.min(SHOWN.from, ...all), Math.max(SHOWN.to, ...all)];
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const hour = from + index;
    return hours.find((known) => known.hour === hour) ?? hour;
  });
}

/** Sales of today by the hour: a bar for each, its sum under the finger, all of it as text for those who do not see. */
export function Hours({ hours }: { hours: Home['hours'] }) {
  const t = useT();
  const most = Math.max(1, ...hours.map((hour) => minorOf(hour.sales)));
  return (
    <ol className={classes.hours} aria-label={t('home.hours')}>
      {slots(hours).map((slot) => {
        if (typeof slot === 'number')
          return (
            <li key={slot} aria-hidden="true" data-minor={isMinor(slot)}>
              <span className="num">{slot}</span>
            </li>
          );
        const { hour, sales, sales_count: count } = slot;
        const words = t('home.hour', { hour, count, sum: formatMoney(sales) });
        return (
          <li key={hour} title={words} data-minor={isMinor(hour)}>
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
