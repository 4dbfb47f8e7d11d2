import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { productSearchQuery } from '@/api/catalog';
import { ApiError, codeOf } from '@/api/problem';
import { saleByNumberQuery } from '@/api/sales';
import { textNow } from '@/i18n';
import { useMay } from './identity';
import { sayProblem, sayWrong } from './toasts';

/** What a receipt of this shop says in its code. */
const RECEIPT = /^(?:duken:)?((?:SAL|RET)-\d{4}-\d{4,}(?:-\w+)?)$/i;

export const receiptNumber = (code: string): string | null => RECEIPT.exec(code.trim())?.[1] ?? null;

/** Opens what a scanned code stands for: a receipt of this shop, a product, or the goods that share the code. */
export function useOpenScan(): (code: string) => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay();
  const openReceipt = async (number: string) => {
    const sale = await client.fetchQuery(saleByNumberQuery(number));
    const to = sale.kind === 'return' ? '/returns/$id' : '/sales/$id';
    await navigate({ to, params: { id: sale.id } });
  };
  const openProduct = async (code: string) => {
    const { items } = await client.fetchQuery(productSearchQuery(code));
    const [only, another] = items;
    if (!only) sayWrong(textNow('scan.unknown', { code }));
    else if (another) await navigate({ to: '/products', search: { q: code } });
    else await navigate({ to: '/products/$id', params: { id: only.id }, search: {} });
  };
  return async (code) => {
    const number = receiptNumber(code);
    try {
      if (number !== null && may('sales.view')) await openReceipt(number);
      else if (may('catalog.view')) await openProduct(code);
    } catch (error) {
      if (error instanceof ApiError && codeOf(error)?.endsWith('not_found')) {
        sayWrong(textNow('scan.unknown', { code }));
      } else sayProblem(error);
    }
  };
}
