import { isValidElement, type ReactNode } from 'react';
import { Quantity, Sum } from '@/components/Figures';
import { When } from '@/components/When';
import { fileDateTime } from '@/lib/dates';
import type { Column } from './columns';

/** What a cell says, for a file: sums and quantities as numbers, moments in the store's zone, the rest as its words. */
export function cellText(node: ReactNode, zone: string): string | number {
  if (node === null || node === undefined || typeof node === 'boolean') return '';
  if (typeof node === 'string' || typeof node === 'number') return node === '—' ? '' : node;
  if (Array.isArray(node)) {
    const parts = node.map((part: ReactNode) => cellText(part, zone)).filter((part) => part !== '');
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : parts.join('').trim();
  }
  if (!isValidElement<{ children?: ReactNode }>(node)) return '';
  const props = node.props as Record<string, unknown> & { children?: ReactNode };
  if (node.type === Sum) {
    const sum = props.of as { amount: string } | null | undefined;
    return sum ? Number(sum.amount) : '';
  }
  if (node.type === Quantity) return props.of ? Number(props.of) : '';
  if (node.type === When) return props.at ? fileDateTime(String(props.at), zone) : '';
  return cellText(props.children, zone);
}

/** The same for a column of a row: what the column says for files, else what its cell says. */
export const columnText = <Row>(column: Column<Row>, row: Row, zone: string): string | number =>
  column.text ? column.text(row) : cellText(column.cell(row), zone);
