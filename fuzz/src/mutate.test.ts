import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { mutate } from './mutate.ts';

const text = new TextEncoder().encode('{"shape": [12, 3], "name": "weights"}');
const mutants = Array.from({ length: 1000 }, (_, i) => mutate(text, createRandom(1).split(i), [text]));

test('the original is left as it is', () => {
  expect(new TextDecoder().decode(text)).toBe('{"shape": [12, 3], "name": "weights"}');
});

test.each<[string, (mutant: string) => boolean]>([
  ['shorter', (mutant) => mutant.length < text.length],
  ['with long runs of digits', (mutant) => /1{20000}/.test(mutant)],
  ['deeply nested', (mutant) => mutant.includes('['.repeat(20_000))],
  ['with numbers beyond integers', (mutant) => mutant.includes('[9007199254740993,')],
  ['with other numbers', (mutant) => mutant.includes('NaN')],
  ['with blocks twice', (mutant) => mutant.split('"shape"').length > 2],
  ['with names that objects have', (mutant) => mutant.includes('__proto__')],
])('some are %s', (_, is) => {
  expect(mutants.some((mutant) => is(new TextDecoder('latin1').decode(mutant)))).toBe(true);
});

test('an empty file can be mutated', () => {
  for (let i = 0; i < 200; i++) mutate(new Uint8Array(0), createRandom(2).split(i), []);
});
