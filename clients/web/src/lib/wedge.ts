/**
 * Tells a scanner that types like a keyboard from a person. It reads the physical key, so a code comes out right under a
 * Russian or Kazakh layout, and takes a run of keys as a scan only when each follows the one before within a few
 * hundredths of a second and Enter or Tab ends it.
 */

export type Key = { code: string; shift: boolean; atMs: number };

export const GAP_MS_MAX = 50;
/** No person presses two keys so soon after each other. */
const SCANNER_GAP_MS_MAX = 20;
const LENGTH_MIN = 3;

const PLAIN: Record<string, [string, string]> = {
  Minus: ['-', '_'],
  Equal: ['=', '+'],
  Slash: ['/', '?'],
  Period: ['.', '>'],
  Comma: [',', '<'],
  Semicolon: [';', ':'],
  Quote: ["'", '"'],
  Space: [' ', ' '],
  NumpadDecimal: ['.', '.'],
  NumpadSubtract: ['-', '-'],
};

const SHIFTED_DIGITS = ')!@#$%^&*(';

export function characterOf(code: string, shift: boolean): string | null {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  if (digit) return shift && code.startsWith('Digit') ? (SHIFTED_DIGITS[Number(digit)] ?? digit) : digit;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter) return shift ? letter : letter.toLowerCase();
  return PLAIN[code]?.[shift ? 1 : 0] ?? null;
}

export class WedgeReader {
  private text = '';
  private lastMs = Number.NEGATIVE_INFINITY;

  /** Whether the key begins a new run: the moment to remember what the focused field holds. */
  begins(atMs: number): boolean {
    return this.text === '' || atMs - this.lastMs > GAP_MS_MAX;
  }

  /** Whether the key follows the one before as fast as only a scanner types. */
  hurries(atMs: number): boolean {
    return this.text !== '' && atMs - this.lastMs <= SCANNER_GAP_MS_MAX;
  }

  /** The run is over: something else than keys was heard. */
  forget(): void {
    this.text = '';
  }

  /** Takes one key; answers with the code when this key ended a scan. */
  take(key: Key): string | null {
    const inTime = key.atMs - this.lastMs <= GAP_MS_MAX;
    if (key.code === 'Enter' || key.code === 'NumpadEnter' || key.code === 'Tab') {
      const code = inTime && this.text.length >= LENGTH_MIN ? this.text : null;
      this.text = '';
      return code;
    }
    if (key.code.startsWith('Shift')) return null;
    const character = characterOf(key.code, key.shift);
    if (character === null) {
      this.text = '';
      return null;
    }
    this.text = inTime ? this.text + character : character;
    this.lastMs = key.atMs;
    return null;
  }
}
