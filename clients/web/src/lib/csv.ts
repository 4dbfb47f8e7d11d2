/** Excel reads a file by the region of its machine, of which the browser's own language tells, and not that of the page. */
const marksHere = () =>
  navigator.language.startsWith('en') ? { mark: '.', between: ',' } : { mark: ',', between: ';' };

/** A table as CSV that Excel opens by a double click: semicolons where a comma begins the fraction, UTF-8 with its mark. */
export function csvOf(rows: (string | number)[][]): Blob {
  const { mark, between } = marksHere();
  const cell = (value: string | number) => {
    if (typeof value === 'number') return String(value).replace('.', mark);
    // What begins like a formula is a text to whoever opens the file.
    const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",;\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const text = rows.map((row) => row.map(cell).join(between)).join('\r\n');
  return new Blob([`\ufeff${text}\r\n`], { type: 'text/csv;charset=utf-8' });
}
