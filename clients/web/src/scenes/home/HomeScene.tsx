import { IconAlertTriangle, IconCash, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, Navigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { homeQuery } from '@/api/reports';
import { recentSalesQuery } from '@/api/sales';
import type { Attention as Ask, Home } from '@/api/types';
import { useIdentity, useMay } from '@/app/identity';
import { menuFor } from '@/app/menu';
import { ScenePending } from '@/app/SceneStates';
import { Empty } from '@/components/Empty';
import { Facts } from '@/components/Facts';
import { Quantity, Sum } from '@/components/Figures';
import { ButtonLink, TextLink } from '@/components/links';
import { Card, Page } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { When } from '@/components/When';
import { useT } from '@/i18n';
import { isZero } from '@/lib/money';
import { useLive } from '@/live/socket';
import classes from './Home.module.css';
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
          <Card title={t('home.week')}>
            {data.week.some((day) => !isZero(day.sales)) ? (
              <Suspense fallback={<div style={{ height: 230 }} />}>
                <DayChart days={data.week.map((day) => ({ date: day.date, total: day.sales }))} />
              </Suspense>
            ) : (
              <Empty title={t('home.week_none')} text={t('home.week_none_text')} />
            )}
          </Card>
          {may('sales.view') && <Recent />}
        </div>
        <div className={classes.column}>
          <Attention home={data} />
          <OpenShifts home={data} />
          <Card title={t('home.top')}>
            {data.top_products.length === 0 && <span className="soft">{t('home.top_none')}</span>}
            <Facts
              rows={data.top_products.map((product) => [
                product.name,
                <span key={product.id} className="num">
                  <Quantity of={product.quantity} /> · <Sum of={product.sum} whole />
                </span>,
              ])}
            />
          </Card>
        </div>
      </div>
    </Page>
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
        <Link key={kind} className={classes.attention} {...MENDED_AT[kind]}>
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
        <Link key={shift.id} className={classes.attention} to="/shifts/$id" params={{ id: shift.id }}>
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
          className={classes.attention}
          to={row.kind === 'sale' ? '/sales/$id' : '/returns/$id'}
          params={{ id: row.id }}
        >
          <span className={classes.who}>
            <span className="num">{row.number}</span>
            <span className="soft">{row.cashier_name}</span>
          </span>
          <When at={row.recorded_at} />
          <strong>
            <Sum of={row.total} />
          </strong>
        </Link>
      ))}
    </Card>
  );
}
