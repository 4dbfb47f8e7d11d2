import { Button } from '@mantine/core';
import { IconPrinter, IconWorld } from '@tabler/icons-react';
import { useAction } from '@/api/action';
import { printSale, receiptPageUrl, salesKeys } from '@/api/sales';
import { sayDone, sayProblem } from '@/app/toasts';
import { useT } from '@/i18n';

/** The paper of a sale or a return once more: a copy at the printer, or in the browser. */
export function PrintAgain({ id, paper = 'copy' }: { id: string; paper?: 'first' | 'copy' }) {
  const t = useT();
  const printing = useAction(printSale, {
    stale: [salesKeys.sale(id)],
    onDone: () => sayDone(t('sale.copy_sent')),
  });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconPrinter size={20} />}
        loading={printing.isPending}
        onClick={() => printing.mutate(id, { onError: sayProblem })}
      >
        {t('after.print_copy')}
      </Button>
      <Button
        variant="default"
        component="a"
        href={receiptPageUrl(id, paper)}
        target="_blank"
        leftSection={<IconWorld size={20} />}
      >
        {t('after.browser_print')}
      </Button>
    </>
  );
}
