import { Button, Modal, Stack } from '@mantine/core';
import { IconArrowBackUp, IconPrinter, IconWorld } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useAction } from '@/api/action';
import { lastSaleQuery, nothingPrinted, printSale, receiptPageUrl, saleQuery, salesKeys } from '@/api/sales';
import { useIdentity } from '@/app/identity';
import { ScenePending } from '@/app/SceneStates';
import { useShortcuts } from '@/app/shortcuts';
import { sayDone, sayProblem } from '@/app/toasts';
import { Empty } from '@/components/Empty';
import { Quantity, Sum } from '@/components/Figures';
import { ProblemNote } from '@/components/ProblemNote';
import { When } from '@/components/When';
import { useT } from '@/i18n';
import { fromMinor, minorOf } from '@/lib/money';
import { unbroken } from '@/lib/names';
import classes from './LastReceipt.module.css';

/** The receipt made last at this till: what stood in it, the paper once more, the way back. */
export function LastReceipt(props: { onClose: () => void; onReturn?: (number: string) => void }) {
  const t = useT();
  const till = useIdentity().till?.id ?? '';
  const last = useQuery(lastSaleQuery(till));
  const id = last.data?.items[0]?.id ?? '';
  const sale = useQuery({ ...saleQuery(id), enabled: id !== '' }).data;
  const printing = useAction(printSale, {
    stale: [salesKeys.sale(id)],
    onDone: () => {
      sayDone(t('sale.copy_sent'));
      props.onClose();
    },
  });
  const print = () => id !== '' && printing.mutate(id, { onError: sayProblem });
  useShortcuts({ F12: props.onClose, F7: () => sale && props.onReturn?.(sale.number) }, { above: true });
  const change = (sale?.payments ?? []).reduce((sum, payment) => sum + minorOf(payment.change), 0);
  return (
    <Modal opened onClose={props.onClose} title={t('till.last_receipt')} size="lg">
      <ProblemNote error={last.error} retry={() => void last.refetch()} />
      {last.isPending && <ScenePending />}
      {last.isSuccess && id === '' && <Empty title={t('till.last_none')} text={t('till.last_none_text')} />}
      {sale && (
        <Stack>
          <div className={classes.head}>
            <strong className="num">{sale.number}</strong>
            <span className="soft">
              <When at={sale.recorded_at} />
              {sale.customer && ` · ${sale.customer.name}`}
            </span>
          </div>
          <ul className={classes.lines}>
            {sale.lines.map((line) => (
              <li key={line.line}>
                <span>{unbroken(line.name)}</span>
                <span className="soft">
                  <Quantity of={line.quantity} unit={line.unit} />
                </span>
                <Sum of={line.sum} />
              </li>
            ))}
          </ul>
          <div className={classes.total}>
            <span>{t('till.total')}</span>
            <strong>
              <Sum of={sale.total} />
            </strong>
            {change > 0 && (
              <>
                <span>{t('payment.change')}</span>
                <strong>
                  <Sum of={fromMinor(change, sale.total.currency)} />
                </strong>
              </>
            )}
          </div>
          <div className={classes.actions}>
            <Button
              size="lg"
              autoFocus
              leftSection={<IconPrinter size={22} />}
              loading={printing.isPending}
              onClick={print}
            >
              {t('after.print_copy')}
            </Button>
            {props.onReturn && sale.state !== 'returned' && (
              <Button
                size="lg"
                variant="default"
                leftSection={<IconArrowBackUp size={22} />}
                onClick={() => props.onReturn?.(sale.number)}
              >
                {t('till.return')} <kbd className={classes.key}>F7</kbd>
              </Button>
            )}
          </div>
          <Button
            variant="subtle"
            component="a"
            href={receiptPageUrl(sale.id, nothingPrinted(sale.print) ? 'first' : 'copy')}
            target="_blank"
            leftSection={<IconWorld size={20} />}
          >
            {t('after.browser_print')}
          </Button>
        </Stack>
      )}
    </Modal>
  );
}
