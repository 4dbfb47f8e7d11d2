import { fractionMark } from './figures';

/** A table as CSV that Excel opens by a double click: semicolons where a comma begins the fraction, UTF-8 with its mark. */
export function csvOf(rows: (string | number)[][]): Blob {
  const mark = fractionMark();
  const between = mark === ',' ? ';' : ',';
  const cell = (value: string | number) => {
    if (typeof value === 'number') return String(value).replace('.', mark);
    // What begins like a formula is a text to whoever opens the file.
    const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",;\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const text = rows.map((row) => row.map(cell).join(between)).join('\r\n');
  return new Blob([`\ufeff${text}\r\n`], { type: 'text/csv;charset=utf-8' });
}
