import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const SOURCE = new URL('..', import.meta.url).pathname;
const HUB = new URL('../../../../hub/src/staff/model.rs', import.meta.url).pathname;

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) && !/\.(test|d)\.ts/.test(entry.name) ? [path] : [];
  });
}

it('asks for no permission that the hub does not know', () => {
  const list = /pub const PERMISSIONS: &\[&str\] = &\[([^\]]*)\]/.exec(readFileSync(HUB, 'utf8'))?.[1] ?? '';
  const known = new Set([...list.matchAll(/"([^"]+)"/g)].map((match) => match[1]));
  expect(known.size).toBeGreaterThan(20);
  const asked = sources(SOURCE).flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    // What is handed to `may`, and what menu items name as their rights.
    const named = [...text.matchAll(/\b(?:may\(|any: \[)('[a-z_]+\.[a-z_]+'(?:, )?)+/g)];
    return named.flatMap((match) =>
      [...match[0].matchAll(/'([a-z_]+\.[a-z_]+)'/g)].map(
        (name) => `${name[1]} in ${path.slice(SOURCE.length)}`,
      ),
    );
  });
  expect(asked.length).toBeGreaterThan(20);
  expect(asked.filter((name) => !known.has(name.split(' ')[0] ?? ''))).toEqual([]);
});
