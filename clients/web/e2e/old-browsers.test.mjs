/** The look through the built client finds what it is there to find. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tooNew } from '../scripts/browsers.mjs';

test('styles and calls that old browsers do not know are found, guarded ones are not', () => {
  assert.equal(tooNew('a.css', '.a{color:color-mix(in srgb,red,blue)}').length, 1);
  assert.equal(tooNew('a.css', '.a{justify-content:safe center;text-wrap:balance}').length, 2);
  assert.deepEqual(
    tooNew(
      'a.css',
      '@supports (color:color-mix(in srgb,red,red)){.a{color:color-mix(in srgb,red,blue)}}.b{}',
    ),
    [],
  );
  assert.equal(tooNew('a.js', 'rows.toSorted((a,b)=>a-b)').length, 1);
  assert.deepEqual(tooNew('a.js', 'rows.slice().sort()'), []);
});
