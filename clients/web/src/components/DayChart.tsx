import type { Money } from '@/api/types';
import { useT } from '@/i18n';
import { formatDate, formatDay } from '@/lib/dates';
import { formatMoney, fromMinor, minorOf, scaleOf } from '@/lib/money';
import { Chart } from './chart/Chart';
import { useShortSum } from './chart/shortSum';

/** Sales by day as bars; a day leads to its sales. */
export function DayChart(props: {
  days: { date: string; total: Money }[];
  onDay?: (date: string) => void;
  height?: number;
}) {
  const t = useT();
  const short = useShortSum();
  const currency = props.days[0]?.total.currency ?? '';
  return (
    <Chart
      name={t('home.chart')}
      points={props.days.map(({ date }) => ({
        key: date,
        label: formatDay(date),
        name: formatDate(date),
      }))}
      series={[
        {
          key: 'sales',
          name: t('sale.total'),
          kind: 'bar',
          values: props.days.map(({ total }) => minorOf(total)),
        },
      ]}
      say={(minor) => formatMoney(fromMinor(minor, currency))}
      axis={(minor) => short(minor / scaleOf(currency))}
      height={props.height}
      onPick={props.onDay && ((point) => props.onDay?.(point.key))}
      empty={t('chart.no_sales')}
    />
  );
}
