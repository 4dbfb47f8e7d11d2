import classes from './Marks.module.css';

const TONES = 6;

/** The same name has the same tone everywhere and for ever. */
function toneOf(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return (sum % TONES) + 1;
}

export const initials = (name: string): string =>
  name
    .split(/\s+/)
    .filter((word) => /^\p{L}/u.test(word))
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('');

/** A person: initials on a tone of their own, and the name. */
export function Person({ name }: { name: string }) {
  return (
    <span className={classes.mark}>
      <i className={classes.face} data-tone={toneOf(name)} aria-hidden>
        {initials(name) || '·'}
      </i>
      <span>{name}</span>
    </span>
  );
}
