/** A table as CSV that Excel opens by a double click here: semicolons, a comma before the fraction, UTF-8 with its mark. */
export function csvOf(rows: (string | number)[][]): Blob {
  const cell = (value: string | number) => {
    if (typeof value === 'number') return String(value).replace('.', ',');
    // What begins like a formula is a text to whoever opens the file.
    const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[";\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const text = rows.map((row) => row.map(cell).join(';')).join('\r\n');
  return new Blob([`\ufeff${text}\r\n`], { type: 'text/csv;charset=utf-8' });
}
