import { Button, Group } from '@mantine/core';
import { IconCheck, IconPrinter, IconWorld } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useAction } from '@/api/action';
import { jobQuery } from '@/api/devices';
import { nothingPrinted, printSale, receiptPageUrl, saleQuery, salesKeys } from '@/api/sales';
import type { Sale } from '@/api/types';
import { useShortcuts } from '@/app/shortcuts';
import { sayDone, sayProblem } from '@/app/toasts';
import { Sum } from '@/components/Figures';
import { JOB_COLOR } from '@/components/jobs';
import { type LightColor, Spot } from '@/components/Light';
import { useT } from '@/i18n';
import { fromMinor, minorOf } from '@/lib/money';
import { useLive } from '@/live/socket';
import classes from './Payment.module.css';

/** The sale is on disk: the change in large figures, what the printer did, and the next sale under Enter. */
export function AfterPayment({ sale, onNew }: { sale: Sale; onNew: () => void }) {
  const t = useT();
  useLive('devices');
  const fresh = useQuery({ ...saleQuery(sale.id), initialData: sale, staleTime: 0 }).data;
  const printing = useAction(printSale, {
    stale: [salesKeys.sale(sale.id)],
    onDone: () => sayDone(t('sale.copy_sent')),
  });
  useShortcuts({ Enter: onNew, F9: onNew });
  const change = sale.payments.reduce((sum, payment) => sum + minorOf(payment.change), 0);
  const print = fresh.print ?? sale.print;
  const trouble = print ? ['not_printed', 'failed', 'unknown'].includes(print.state) : false;
  const why = useQuery({ ...jobQuery(print?.job_id ?? ''), enabled: trouble });
  const light: LightColor = print ? JOB_COLOR[print.state] : 'idle';
  // Where the printer gave out nothing, or there is none, the browser's paper is the first and comes first.
  const byBrowser = print === null || nothingPrinted(print);

  return (
    <div className={classes.after}>
      <div className={classes.done}>
        <IconCheck size={40} />
        <span>{t('after.done', { number: sale.number })}</span>
      </div>
      <div className={classes.bigChange}>
        <span>{change > 0 ? t('payment.change') : t('after.no_change')}</span>
        <strong>
          <Sum of={change > 0 ? fromMinor(change, sale.total.currency) : sale.total} />
        </strong>
      </div>
      <p className={classes.ways}>
        {sale.payments.map((payment, index) => (
          <span key={index}>
            {t(`payment.method.${payment.method}`)} <Sum of={payment.tendered ?? payment.amount} />
          </span>
        ))}
        {change > 0 && (
          <span>
            {t('till.total')} <Sum of={sale.total} />
          </span>
        )}
      </p>
      <div className={classes.paper} data-light={light}>
        <Spot color={light}>{print ? t(`job.state.${print.state}`) : t('after.no_print')}</Spot>
        {trouble && why.data?.detail && <span>{why.data.detail}</span>}
      </div>
      <Button size="xl" h={80} fullWidth onClick={onNew} autoFocus>
        {t('after.new_sale')} <kbd className={classes.enter}>Enter</kbd>
      </Button>
      <Group justify="center" style={{ flexDirection: byBrowser ? 'row-reverse' : 'row' }}>
        <Button
          variant="default"
          leftSection={<IconPrinter size={20} />}
          loading={printing.isPending}
          onClick={() => printing.mutate(sale.id, { onError: sayProblem })}
        >
          {t('after.print_copy')}
        </Button>
        <Button
          variant={byBrowser ? 'light' : 'default'}
          component="a"
          href={receiptPageUrl(sale.id, byBrowser ? 'first' : 'copy')}
          target="_blank"
          leftSection={<IconWorld size={20} />}
        >
          {t('after.browser_print')}
        </Button>
      </Group>
    </div>
  );
}
