/** Typing into a field on behalf of a person: with a scanner, with keys on the screen. */

export type Field = HTMLInputElement | HTMLTextAreaElement;

export const fieldOf = (target: EventTarget | null): Field | null =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target : null;

/** Whoever holds the field's value hears that it has changed. */
export const tellField = (field: Field) => field.dispatchEvent(new Event('input', { bubbles: true }));

/** Puts a text into a field; whoever holds its value is told by `tellField`. */
export function putFieldValue(field: Field, value: string): void {
  const prototype =
    field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value);
}

/** Puts a text into a field as if it had been typed. */
export function setFieldValue(field: Field, value: string): void {
  putFieldValue(field, value);
  tellField(field);
}

/** Puts a sign where the cursor is, in place of what is selected. */
export function typeInto(field: Field, text: string): void {
  const from = field.selectionStart ?? field.value.length;
  field.setRangeText(text, from, field.selectionEnd ?? from, 'end');
  tellField(field);
}

/** Takes out what is selected, or the sign before the cursor. */
export function eraseIn(field: Field): void {
  const to = field.selectionEnd ?? field.value.length;
  const from = field.selectionStart ?? to;
  if (to === 0) return;
  field.setRangeText('', from === to ? from - 1 : from, to, 'end');
  tellField(field);
}
