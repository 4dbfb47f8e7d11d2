import { useComputedColorScheme } from '@mantine/core';
import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { type RefObject, useEffect, useRef } from 'react';
import { useLanguage } from '@/i18n';
import { saveFile } from '@/lib/files';
import type { ChartProps } from './Chart';

echarts.use([BarChart, LineChart, GridComponent, TooltipComponent, AriaComponent, SVGRenderer]);

/** What can be done with what was drawn. */
export type Drawing = { save: (name: string) => Promise<void> };

/** Twice as sharp as on the screen: for a message or a report. */
const PICTURE_SCALE = 2;

const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

async function pictureOf(chart: echarts.ECharts): Promise<Blob | null> {
  const [width, height] = [chart.getWidth(), chart.getHeight()];
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(chart.renderToSVGString())}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = width * PICTURE_SCALE;
  canvas.height = height * PICTURE_SCALE;
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.fillStyle = token('--surface');
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}

/** The drawing itself, in the colours of the theme. Loaded only where there is something to draw. */
export function ChartCanvas(props: ChartProps & { drawing: RefObject<Drawing | null> }) {
  const language = useLanguage();
  const scheme = useComputedColorScheme('light');
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const { drawing } = props;
  // Functions are new with every drawing of the parent; only other figures, words or colours draw it anew.
  const figures = JSON.stringify([props.points, props.series, language, scheme]);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const { points, series, say, axis } = latest.current;
    const [soft, line] = [token('--ink-soft'), token('--line')];
    const chart = echarts.init(element, undefined, { renderer: 'svg' });
    chart.setOption({
      aria: { enabled: true, decal: { show: series.filter((one) => one.kind === 'bar').length > 1 } },
      animation: false,
      color: series.map((_, index) => token(`--chart-${index + 1}`)),
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 8, right: 24, top: 12, bottom: 4, containLabel: true },
      tooltip: {
        trigger: 'axis',
        confine: true,
        backgroundColor: token('--raised'),
        borderColor: line,
        textStyle: { color: token('--ink') },
        valueFormatter: (value: unknown) => (typeof value === 'number' ? say(value) : '—'),
      },
      xAxis: {
        type: 'category',
        data: points.map((point) => point.label),
        axisLabel: { color: soft, hideOverlap: true },
        axisTick: { show: false },
        axisLine: { lineStyle: { color: line } },
      },
      yAxis: {
        type: 'value',
        splitNumber: 3,
        axisLabel: { color: soft, formatter: axis ?? say },
        splitLine: { lineStyle: { color: line } },
      },
      series: series.map((one) => ({
        name: one.name,
        type: one.kind === 'bar' ? 'bar' : 'line',
        step: one.kind === 'step' ? 'end' : undefined,
        data: one.values,
        barMaxWidth: 44,
        symbolSize: 6,
        itemStyle: one.kind === 'bar' ? { borderRadius: [6, 6, 0, 0] } : undefined,
      })),
    });
    const zr = chart.getZr();
    if (latest.current.onPick) {
      element.style.cursor = 'pointer';
      zr.on('click', (event) => {
        const at: unknown = chart.convertFromPixel({ xAxisIndex: 0 }, event.offsetX);
        const point = typeof at === 'number' ? points[Math.round(at)] : undefined;
        if (point) latest.current.onPick?.(point);
      });
    }
    drawing.current = {
      save: async (name) => {
        const picture = await pictureOf(chart);
        if (picture) saveFile(picture, `${name}.png`);
      },
    };
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawing.current = null;
      chart.dispose();
    };
  }, [figures, drawing]);
  return (
    <div
      ref={place}
      role="img"
      aria-label={props.name}
      style={{ height: props.height ?? 230, width: '100%' }}
    />
  );
}
