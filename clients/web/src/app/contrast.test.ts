import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('./base.css', import.meta.url), 'utf8');

/** The colour roles of a theme: what dark does not name, it has from light. */
function roles(dark: boolean): Record<string, string> {
  const blocks = [...css.matchAll(/:root(\[data-mantine-color-scheme="dark"\])? \{([^}]*)\}/g)];
  const named: Record<string, string> = {};
  for (const [, isDark, body] of blocks) {
    if (isDark && !dark) continue;
    for (const [, name, value] of (body ?? '').matchAll(/--([a-z0-9-]+): (#[0-9a-f]{6});/g)) {
      if (name && value) named[name] = value;
    }
  }
  return named;
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const GROUNDS = ['ground', 'surface', 'raised'];
/** Words need 4.5 : 1; what is drawn, 3 : 1 (WCAG 2.2, 1.4.3 and 1.4.11). */
const WORDS = ['ink', 'ink-soft', 'accent', 'good', 'warn', 'bad'];
const SOFT = [
  ['ink', 'accent-soft'],
  ['ink', 'warn-soft'],
  ['ink', 'bad-soft'],
  ['ink', 'good-soft'],
  ['warn', 'warn-soft'],
  ['bad', 'bad-soft'],
  ['good', 'good-soft'],
  ['accent', 'accent-soft'],
  ['on-accent', 'accent'],
] as const;

describe.each([
  ['light', false],
  ['dark', true],
] as const)('the %s theme', (_, dark) => {
  const named = roles(dark);
  const of = (name: string) => {
    const color = named[name];
    if (!color) throw new Error(`no colour ${name}`);
    return color;
  };
  it.each(WORDS.flatMap((word) => GROUNDS.map((ground) => [word, ground] as const)))(
    '%s can be read on %s',
    (word, ground) => expect(contrast(of(word), of(ground))).toBeGreaterThanOrEqual(4.5),
  );
  it.each(SOFT)('%s can be read on %s', (word, ground) =>
    expect(contrast(of(word), of(ground))).toBeGreaterThanOrEqual(4.5),
  );
  it.each([1, 2, 3, 4, 5, 6])('series %i of a chart is seen on the surface', (index) =>
    expect(contrast(of(`chart-${index}`), of('surface'))).toBeGreaterThanOrEqual(3),
  );
});
