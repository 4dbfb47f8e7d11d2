import { unbroken } from '@/lib/names';

/** A text with the places that matched what was typed. */
export function Highlighted({ text, marks }: { text: string; marks: [number, number][] }) {
  const letters = [...unbroken(text)];
  const parts: { from: number; text: string; marked: boolean }[] = [];
  let from = 0;
  for (const [start, length] of marks) {
    if (start < from) continue;
    if (start > from) parts.push({ from, text: letters.slice(from, start).join(''), marked: false });
    parts.push({ from: start, text: letters.slice(start, start + length).join(''), marked: true });
    from = start + length;
  }
  parts.push({ from, text: letters.slice(from).join(''), marked: false });
  return (
    <>
      {parts.map((part) =>
        part.marked ? <mark key={part.from}>{part.text}</mark> : <span key={part.from}>{part.text}</span>,
      )}
    </>
  );
}
