/**
 * A product's name whose figures stay with their units at the end of a line: `Milk 3.2 % 1 l`. As many letters as
 * before; the space between them does not break, so the name is for showing only.
 */
export const unbroken = (name: string): string =>
  name.replace(/(\d) (?=(\p{L}{1,3}\.?|%)(?![\p{L}\d]))/gu, '$1\u00a0');
