/**
 * Measures what a browser must load to show /till for the first time: the entry, the till's own chunks with everything
 * they import, and one language. Fails above the budget, which is counted in gzip as it goes over the wire.
 */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET_KIB = 250;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const roots = ['index.html', 'src/scenes/till/TillScene.tsx', 'src/i18n/ru/index.ts'];

const files = new Set();
const visit = (key) => {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`no chunk for ${key}: has the file moved?`);
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const next of chunk.imports ?? []) visit(next);
};
for (const root of roots) visit(root);

let total = 0;
const rows = [...files].map((file) => {
  const bytes = gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
  total += bytes;
  return [file, bytes];
});
rows.sort((a, b) => b[1] - a[1]);
for (const [file, bytes] of rows) console.log(`${(bytes / 1024).toFixed(1).padStart(7)} KiB  ${file}`);
console.log(`${(total / 1024).toFixed(1).padStart(7)} KiB  /till in total, of ${BUDGET_KIB}`);
if (total > BUDGET_KIB * 1024) {
  console.error('The till has become too heavy: move what it does not need at once behind a dynamic import.');
  process.exit(1);
}
