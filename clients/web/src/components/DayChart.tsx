import { useComputedColorScheme } from '@mantine/core';
import { BarChart } from 'echarts/charts';
import { AriaComponent, GridComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import type { Money } from '@/api/types';
import { useLanguage, useT } from '@/i18n';
import { formatDate } from '@/lib/dates';
import { formatMoney, minorOf } from '@/lib/money';
import { formatTenths } from '@/lib/quantity';

echarts.use([BarChart, GridComponent, TooltipComponent, AriaComponent, SVGRenderer]);

/** Sales by day as bars. */
export function DayChart({ days }: { days: { date: string; total: Money }[] }) {
  const t = useT();
  const language = useLanguage();
  const scheme = useComputedColorScheme('light');
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const style = getComputedStyle(document.body);
    const [accent, soft, line] = ['--accent', '--ink-soft', '--line'].map((name) =>
      style.getPropertyValue(name).trim(),
    );
    const chart = echarts.init(element, undefined, { renderer: 'svg' });
    const sums = days.map((day) => minorOf(day.total) / 100);
    chart.setOption({
      aria: { enabled: true },
      animation: false,
      textStyle: { fontFamily: style.fontFamily },
      grid: { left: 8, right: 8, top: 12, bottom: 4, containLabel: true },
      tooltip: {
        trigger: 'axis',
        valueFormatter: (value: unknown) => {
          const day = days[sums.indexOf(Number(value))];
          return day ? formatMoney(day.total) : '';
        },
      },
      xAxis: {
        type: 'category',
        data: days.map((day) => formatDate(day.date).slice(0, 5)),
        axisLabel: { color: soft },
        axisTick: { show: false },
        axisLine: { lineStyle: { color: line } },
      },
      yAxis: {
        type: 'value',
        splitNumber: 3,
        axisLabel: {
          color: soft,
          formatter: (value: number) => {
            const [name, unit] =
              value >= 1e6 ? (['home.millions', 1e6] as const) : (['home.thousands', 1e3] as const);
            if (value < 1e3) return String(value);
            return t(name, { sum: formatTenths(value / unit, language) });
          },
        },
        splitLine: { lineStyle: { color: line } },
      },
      series: [
        {
          type: 'bar',
          data: sums,
          barMaxWidth: 44,
          itemStyle: { color: accent, borderRadius: [6, 6, 0, 0] },
        },
      ],
    });
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [days, language, scheme]);
  return <div ref={place} role="img" aria-label={t('home.chart')} style={{ height: 230, width: '100%' }} />;
}
