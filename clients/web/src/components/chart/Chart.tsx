import { ActionIcon, Menu } from '@mantine/core';
import { IconChartBar, IconDownload, IconTable } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useRef, useState } from 'react';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/DataTable';
import { givenRows } from '@/components/table/rows';
import { useT } from '@/i18n';
import classes from './Chart.module.css';
import type { Drawing } from './ChartCanvas';

const ChartCanvas = lazy(() => import('./ChartCanvas').then((m) => ({ default: m.ChartCanvas })));

export type ChartPoint = {
  key: string;
  label: string /** In full, for the table and the tip. */;
  name?: string;
};
export type ChartSeries = {
  key: string;
  name: string;
  kind: 'bar' | 'line' | 'step';
  /** One for each point; nothing where nothing is known. */
  values: (number | null)[];
};
export type ChartProps = {
  /** What it shows, for those who do not see it, for the file and for paper. */
  name: string;
  points: ChartPoint[];
  series: ChartSeries[];
  /** A value in words, exactly. */
  say: (value: number) => string;
  /** A value on the axis, short. */
  axis?: (value: number) => string;
  /** The documents behind a point. */
  onPick?: (point: ChartPoint) => void;
  /** What would fill it. */
  empty: ReactNode;
  height?: number;
};

type Row = { index: number; point: ChartPoint };

/** A trend to look at; the same figures as a table one press away, as a picture, a file or on paper. */
export function Chart(props: ChartProps) {
  const t = useT();
  const [asTable, setAsTable] = useState(false);
  const drawing = useRef<Drawing | null>(null);
  const place = useRef<HTMLElement>(null);
  const known = props.series.some((one) => one.values.some((value) => value !== null && value !== 0));
  if (!known) return <div className={classes.empty}>{props.empty}</div>;
  const columns: Column<Row>[] = [
    {
      key: 'point',
      header: t('chart.point'),
      cell: ({ point }) => point.name ?? point.label,
      value: ({ index }) => index,
      phone: 'title',
    },
    ...props.series.map((one, order) => ({
      key: one.key,
      header: one.name,
      align: 'right' as const,
      phone: order === 0 ? ('side' as const) : ('line' as const),
      cell: ({ index }: Row) => {
        const value = one.values[index];
        return <span className="num">{value === null || value === undefined ? '—' : props.say(value)}</span>;
      },
      text: ({ index }: Row) => one.values[index] ?? '',
      value: ({ index }: Row) => one.values[index] ?? 0,
    })),
  ];
  const print = () => {
    place.current?.setAttribute('data-paper', '');
    document.body.setAttribute('data-printing', '');
    window.print();
    document.body.removeAttribute('data-printing');
    place.current?.removeAttribute('data-paper');
  };
  return (
    <figure ref={place} className={classes.chart} aria-label={props.name}>
      <div className={classes.tools}>
        <figcaption className={classes.legend}>
          {props.series.length > 1 &&
            props.series.map((one, index) => (
              <span key={one.key}>
                <i data-kind={one.kind} style={{ background: `var(--chart-${index + 1})` }} />
                {one.name}
              </span>
            ))}
        </figcaption>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          aria-pressed={asTable}
          aria-label={t(asTable ? 'chart.as_chart' : 'chart.as_table')}
          title={t(asTable ? 'chart.as_chart' : 'chart.as_table')}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? <IconChartBar size={20} /> : <IconTable size={20} />}
        </ActionIcon>
        {!asTable && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" size={36} aria-label={t('table.export')}>
                <IconDownload size={20} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => void drawing.current?.save(props.name)}>
                {t('chart.picture')}
              </Menu.Item>
              <Menu.Item onClick={print}>{t('common.print')}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
      {asTable ? (
        <DataTable
          inside
          name="chart"
          columns={columns}
          list={givenRows(props.points.map((point, index) => ({ index, point })))}
          rowKey={({ point }) => point.key}
          onOpen={props.onPick && (({ point }) => props.onPick?.(point))}
          empty={null}
        />
      ) : (
        <Suspense fallback={<div style={{ height: props.height ?? 230 }} />}>
          <ChartCanvas {...props} drawing={drawing} />
        </Suspense>
      )}
    </figure>
  );
}
