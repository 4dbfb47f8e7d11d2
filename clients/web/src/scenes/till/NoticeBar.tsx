import { Button, CloseButton } from '@mantine/core';
import { IconAlertTriangle, IconBarcodeOff, IconQuestionMark } from '@tabler/icons-react';
import { lazy, type MouseEvent, Suspense, useState } from 'react';
import { ApiError } from '@/api/problem';
import { useMay } from '@/app/identity';
import { Sum } from '@/components/Figures';
import { useT } from '@/i18n';
import classes from './NoticeBar.module.css';
import type { Notice, TillCart } from './useCart';

const ClockConfirm = lazy(() =>
  import('@/components/ClockConfirm').then((m) => ({ default: m.ClockConfirm })),
);
const QuickProduct = lazy(() => import('./QuickProduct').then((m) => ({ default: m.QuickProduct })));

/** A double tap is one answer: its second half falls on the question that has come in the place of the first. */
const once = (run: () => void) => (event: MouseEvent) => {
  if (event.detail < 2) run();
};

/** `4870001234560 × 2, 42` */
function counted(codes: string[]): string {
  const times = new Map<string, number>();
  for (const code of codes) times.set(code, (times.get(code) ?? 0) + 1);
  return [...times].map(([code, count]) => (count > 1 ? `${code} × ${count}` : code)).join(', ');
}

/** What the last scan or tap could not do, and what to do next: no dialog, the till goes on working below. */
export function NoticeBar({ till, onShowCreate }: { till: TillCart; onShowCreate: () => void }) {
  const t = useT();
  const may = useMay();
  const [creating, setCreating] = useState<Extract<Notice, { kind: 'unknown_code' }> | null>(null);
  // What went wrong with a line stands at the line.
  const notice = till.notices.find((one) => one.kind !== 'problem' || one.lineId === null);
  const close = once(() => till.dismiss(notice));

  const quick = creating !== null && (
    <Suspense fallback={null}>
      <QuickProduct
        barcode={creating.code}
        onClose={() => setCreating(null)}
        onMade={(product) => {
          setCreating(null);
          void till.add(product.id, creating.quantity);
        }}
      />
    </Suspense>
  );
  if (!notice) return quick;

  if (notice.kind === 'choices') {
    return (
      <div className={classes.notice} role="alert">
        <IconQuestionMark size={24} />
        <div className={classes.text}>
          <strong>{t('till.which_product')}</strong>
          <div className={classes.choices}>
            {notice.products.map((hit) => (
              <Button
                key={hit.id}
                variant="default"
                h="auto"
                py={10}
                onClick={once(() => void till.choose(hit.id, notice))}
              >
                <span className={classes.choice}>
                  {hit.name}
                  <Sum of={hit.price} />
                </span>
              </Button>
            ))}
          </div>
        </div>
        <CloseButton size="lg" aria-label={t('common.close')} onClick={close} />
      </div>
    );
  }
  if (notice.kind === 'unknown_code') {
    return (
      <div className={classes.notice} role="alert">
        <IconBarcodeOff size={24} />
        <div className={classes.text}>
          <strong>{t('till.unknown_code', { code: notice.code })}</strong>
          <span>{may('catalog.edit') ? t('till.unknown_code_create') : t('till.unknown_code_ask')}</span>
        </div>
        {may('catalog.edit') && (
          <Button
            onClick={once(() => {
              onShowCreate();
              setCreating(notice);
              till.dismiss(notice);
            })}
          >
            {t('till.create_product')}
          </Button>
        )}
        <CloseButton size="lg" aria-label={t('common.close')} onClick={close} />
      </div>
    );
  }
  const problem = notice.kind === 'problem' && notice.error instanceof ApiError ? notice.error.problem : null;
  return (
    <div className={classes.notice} role="alert">
      <IconAlertTriangle size={24} />
      <div className={classes.text}>
        <strong>
          {notice.kind === 'lost' && t(`till.lost.${notice.why}`, { codes: counted(notice.codes) })}
          {notice.kind === 'dropped' && t('till.dropped')}
          {notice.kind === 'problem' && (problem?.detail ?? t('problem.unknown'))}
        </strong>
        <Suspense fallback={null}>{problem?.code === 'clock.suspect' && <ClockConfirm />}</Suspense>
        {problem && (
          <details>
            <summary>{t('problem.details')}</summary>
            <code>
              {problem.code} {problem.request_id}
            </code>
          </details>
        )}
      </div>
      <CloseButton size="lg" aria-label={t('common.close')} onClick={close} />
    </div>
  );
}
