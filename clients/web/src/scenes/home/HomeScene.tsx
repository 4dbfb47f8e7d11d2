import { SegmentedControl } from '@mantine/core';
import { IconAlertTriangle, IconCash, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { homeQuery } from '@/api/reports';
import { recentSalesQuery } from '@/api/sales';
import type { Attention as Ask, Home, Unit } from '@/api/types';
import { useIdentity, useMay } from '@/app/identity';
import { menuFor } from '@/app/menu';
import { ScenePending } from '@/app/SceneStates';
import { Empty } from '@/components/Empty';
import { Quantity, Sum } from '@/components/Figures';
import { ButtonLink, TextLink } from '@/components/links';
import { Card, Page } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { When } from '@/components/When';
import { useT } from '@/i18n';
import { isZero } from '@/lib/money';
import { useLive } from '@/live/socket';
import classes from './Home.module.css';
import { Hours } from './Hours';
import { State } from './State';
import { Today } from './Today';

const DayChart = lazy(() => import('@/components/DayChart').then((m) => ({ default: m.DayChart })));

/** The shop at a glance. Who may not see figures begins at the first place they may. */
export function HomeScene() {
  const session = useIdentity();
  const may = useMay();
  const shown = session.store.role === 'store' && may('reports.view');
  if (!shown) {
    const first = menuFor(session)[0];
    return first ? <Navigate to={first.to} replace /> : <NothingHere />;
  }
  return <Figures />;
}

function NothingHere() {
  const t = useT();
  return <Empty title={t('home.nothing')} text={t('home.nothing_text')} />;
}

function Figures() {
  const t = useT();
  const may = useMay();
  useLive('sales', 'stock');
  const home = useQuery(homeQuery);
  if (!home.data) return home.error ? <ProblemNote error={home.error} /> : <ScenePending />;
  const { data } = home;
  return (
    <Page
      title={t('menu.home')}
      actions={
        may('till.use') && (
          <ButtonLink to="/till" size="lg" leftSection={<IconCash size={22} />}>
            {t('menu.till')}
          </ButtonLink>
        )
      }
    >
      <Today home={data} />
      <div className={classes.columns}>
        <div className={classes.column}>
          <Sold home={data} />
          {may('sales.view') && <Recent />}
        </div>
        <div className={classes.column}>
          <Attention home={data} />
          <OpenShifts home={data} />
          <Short home={data} />
        </div>
        <div className={classes.column}>
          <State />
          <Card title={t('home.top')}>
            {data.top_products.length === 0 && <span className="soft">{t('home.top_none')}</span>}
            {data.top_products.map((product) => (
              <Link key={product.id} className={classes.row} to="/products/$id" params={{ id: product.id }}>
                <span>{product.name}</span>
                <Sum of={product.sum} whole />
              </Link>
            ))}
          </Card>
        </div>
      </div>
    </Page>
  );
}

/** What was sold: by the hour of today, or by the day of the last week. */
function Sold({ home }: { home: Home }) {
  const t = useT();
  const navigate = useNavigate();
  const [span, setSpan] = useState<'hours' | 'week'>('hours');
  const any = span === 'hours' ? home.hours.length > 0 : home.week.some((day) => !isZero(day.sales));
  return (
    <Card
      title={t('home.sold')}
      actions={
        <SegmentedControl
          size="xs"
          data={[
            { value: 'hours', label: t('home.hours') },
            { value: 'week', label: t('home.week') },
          ]}
          value={span}
          onChange={(next) => setSpan(next as typeof span)}
        />
      }
    >
      <div className={classes.sold}>
        {!any && <Empty title={t('home.week_none')} text={t('home.week_none_text')} />}
        {any && span === 'hours' && (
          <div className={classes.chart}>
            <Hours hours={home.hours} />
          </div>
        )}
        {any && span === 'week' && (
          <Suspense fallback={null}>
            <DayChart
              height={150}
              days={home.week.map((day) => ({ date: day.date, total: day.sales }))}
              onDay={(date) => void navigate({ to: '/sales', search: { from: date, to: date } })}
            />
          </Suspense>
        )}
      </div>
    </Card>
  );
}

/** What is short, the emptiest first. */
function Short({ home }: { home: Home }) {
  const t = useT();
  if (home.short.length === 0) return null;
  return (
    <Card
      title={t('home.short')}
      actions={
        home.low_stock > home.short.length && (
          <TextLink to="/stock" search={{ state: 'low' }}>
            {t('home.short_all', { count: home.low_stock })}
          </TextLink>
        )
      }
    >
      {home.short.map((product) => (
        <Link key={product.id} className={classes.row} to="/products/$id" params={{ id: product.id }}>
          <span>{product.name}</span>
          <Quantity of={product.stock} unit={product.unit as Unit} />
        </Link>
      ))}
    </Card>
  );
}

/** Where each thing is mended. */
const MENDED_AT: Record<Ask['kind'], { to: string; search?: Record<string, string | boolean> }> = {
  payment_unknown: { to: '/till' },
  slip_differs: { to: '/devices' },
  shift_overdue: { to: '/shifts' },
  no_price: { to: '/products', search: { no_price: true } },
  low_stock: { to: '/stock', search: { state: 'low' } },
};

function Attention({ home }: { home: Home }) {
  const t = useT();
  if (home.attention.length === 0) return null;
  return (
    <Card title={t('home.attention')}>
      {home.attention.map(({ kind, count }) => (
        <Link key={kind} className={`${classes.row} ${classes.asks}`} {...MENDED_AT[kind]}>
          <IconAlertTriangle size={20} />
          <span>{t(`home.asks.${kind}`, { count })}</span>
          <IconChevronRight size={18} />
        </Link>
      ))}
    </Card>
  );
}

function OpenShifts({ home }: { home: Home }) {
  const t = useT();
  return (
    <Card title={t('home.shifts')}>
      {home.open_shifts.length === 0 && <span className="soft">{t('home.shifts_none')}</span>}
      {home.open_shifts.map((shift) => (
        <Link key={shift.id} className={classes.row} to="/shifts/$id" params={{ id: shift.id }}>
          <span>
            {shift.till_name} · № {shift.number} · {shift.opened_by}
          </span>
          <When at={shift.opened_at} />
        </Link>
      ))}
    </Card>
  );
}

function Recent() {
  const t = useT();
  const recent = useQuery(recentSalesQuery);
  return (
    <Card title={t('home.recent')} actions={<TextLink to="/sales">{t('menu.history')}</TextLink>}>
      {recent.data?.items.length === 0 && <span className="soft">{t('sale.none')}</span>}
      {recent.data?.items.map((row) => (
        <Link
          key={`${row.kind}-${row.id}`}
          className={classes.row}
          to={row.kind === 'sale' ? '/sales/$id' : '/returns/$id'}
          params={{ id: row.id }}
        >
          <span className={classes.who}>
            <span className="num">{row.number}</span>
            <span className="soft">{row.cashier_name}</span>
            <span className="soft">
              <When at={row.recorded_at} />
            </span>
          </span>
          <strong>
            <Sum of={row.total} />
          </strong>
        </Link>
      ))}
    </Card>
  );
}
