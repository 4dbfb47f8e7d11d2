/** Typing into a field on behalf of a person: with a scanner, with keys on the screen. */

export type Field = HTMLInputElement | HTMLTextAreaElement;

export const fieldOf = (target: EventTarget | null): Field | null =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target : null;

const tell = (field: Field) => field.dispatchEvent(new Event('input', { bubbles: true }));

/** Puts a text into a field as if it had been typed, so that whoever holds its value hears of it. */
export function setFieldValue(field: Field, value: string): void {
  const prototype =
    field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value);
  tell(field);
}

/** Puts a sign where the cursor is, in place of what is selected. */
export function typeInto(field: Field, text: string): void {
  const from = field.selectionStart ?? field.value.length;
  field.setRangeText(text, from, field.selectionEnd ?? from, 'end');
  tell(field);
}

/** Takes out what is selected, or the sign before the cursor. */
export function eraseIn(field: Field): void {
  const to = field.selectionEnd ?? field.value.length;
  const from = field.selectionStart ?? to;
  if (to === 0) return;
  field.setRangeText('', from === to ? from - 1 : from, to, 'end');
  tell(field);
}
