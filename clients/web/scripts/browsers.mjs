/**
 * Looks through the built client for what the oldest browsers that it is built for do not know: Chromium 109 (the last
 * for Windows 7 and 8, on many a till) and Firefox ESR 115. The build lowers syntax; this finds what no build can lower.
 *
 *   npm run browsers
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DIST = new URL('../dist/', import.meta.url).pathname;

/** What is too new, and since when browsers know it. */
export const STYLES = [
  [/color-mix\(/, 'color-mix(): Chrome 111'],
  [/\blight-dark\(/, 'light-dark(): Chrome 123'],
  [/\bokl(?:ab|ch)\(/, 'oklab(), oklch(): Chrome 111'],
  [/:\s*(?:safe|unsafe) (?:center|end|start|flex-)/, 'safe alignment: Chrome 115'],
  [/(?<![\w-])text-wrap(?:-style)?:/, 'text-wrap: Chrome 114'],
  [/:has\(/, ':has(): Firefox 121'],
  [/@scope\b/, '@scope: Chrome 118'],
  [/@starting-style\b/, '@starting-style: Chrome 117'],
  [/\bsubgrid\b/, 'subgrid: Chrome 117'],
  [/\d(?:r?lh)\b/, 'lh: Firefox 120'],
  [/field-sizing:/, 'field-sizing: Chrome 123'],
  [/interpolate-size:/, 'interpolate-size: Chrome 129'],
  [/anchor-name:|position-anchor:/, 'anchors: Chrome 125'],
  [/animation-timeline:/, 'animation-timeline: Chrome 115'],
  [/\blinear\(\s*[\d.]/, 'linear(): Chrome 113'],
  [/:user-(?:in)?valid/, ':user-valid: Chrome 119'],
  [/:popover-open/, ':popover-open: Chrome 114'],
];
export const SCRIPTS = [
  [/\.to(?:Sorted|Reversed|Spliced)\(/, 'toSorted() and its like: Chrome 110'],
  [/(?:Object|Map)\.groupBy\(/, 'groupBy(): Chrome 117'],
  [/Promise\.withResolvers\(/, 'Promise.withResolvers(): Chrome 119'],
  [/Promise\.try\(/, 'Promise.try(): Chrome 128'],
  [/Array\.fromAsync\(/, 'Array.fromAsync(): Chrome 121'],
  [/URL\.(?:canParse|parse)\(/, 'URL.canParse(): Chrome 120'],
  [/AbortSignal\.any\(/, 'AbortSignal.any(): Chrome 116'],
  [/\.(?:isWellFormed|toWellFormed)\(/, 'isWellFormed(): Chrome 111'],
  [/\.(?:isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference)\(/, 'sets: Chrome 122'],
  [/\.(?:values|keys|entries)\(\)\.(?:map|filter|some|every|find|toArray|reduce)\(/, 'iterators: Chrome 122'],
  [/RegExp\.escape\(/, 'RegExp.escape(): Chrome 136'],
  [/Intl\.DurationFormat\b/, 'Intl.DurationFormat: Chrome 129'],
  [/Atomics\.waitAsync\(/, 'Atomics.waitAsync(): Firefox 145'],
  [/\.checkVisibility\(/, 'checkVisibility(): Firefox 125'],
  [/\.(?:show|hide|toggle)Popover\(/, 'popover: Chrome 114'],
  [/\.moveBefore\(/, 'moveBefore(): Chrome 133'],
];

/** What is there and does no harm: a browser that does not know it passes it over, and nothing is missed. */
export const HARMLESS = [
  // Paddings beside scrollbars and clear buttons, greys of what is disabled, in the component library's own classes.
  /[^{}]*\.m_[0-9a-f]{6,8}[^{}]*:has\([^{}]*\{[^{}]*\}/g,
  // Its headings and texts break lines as they always did.
  /\.m_[0-9a-f]{6,8}[^{}]*\{[^{}]*text-wrap:[^{}]*\}/g,
];

/** Rules that a browser reads only when it knows what they ask for. */
function unguarded(css) {
  let left = HARMLESS.reduce((text, pattern) => text.replaceAll(pattern, ''), css);
  for (let at = left.indexOf('@supports'); at >= 0; at = left.indexOf('@supports', at)) {
    let depth = 0;
    let end = left.indexOf('{', at);
    do {
      if (left[end] === '{') depth += 1;
      if (left[end] === '}') depth -= 1;
      end += 1;
    } while (depth > 0 && end < left.length);
    left = left.slice(0, at) + left.slice(end);
  }
  return left;
}

/** What is too new in a file, with the words around it. */
export function tooNew(name, text) {
  const [rules, searched] = name.endsWith('.css') ? [STYLES, unguarded(text)] : [SCRIPTS, text];
  return rules.flatMap(([pattern, words]) => {
    const at = searched.search(pattern);
    return at < 0 ? [] : [`${name}: ${words}: …${searched.slice(Math.max(0, at - 60), at + 60)}…`];
  });
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const found = readdirSync(join(DIST, 'assets'))
    .filter((name) => /\.(?:css|js|mjs)$/.test(name))
    .flatMap((name) => tooNew(name, readFileSync(join(DIST, 'assets', name), 'utf8')));
  for (const line of found) console.error(line);
  if (found.length > 0) {
    console.error(`${found.length} things that Chromium 109 or Firefox 115 do not know.`);
    process.exit(1);
  }
  console.log('Chromium 109 and Firefox 115 know all of it.');
}
