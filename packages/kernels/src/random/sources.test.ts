import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Distribution, kindWord, normal, uniform } from './distribution.ts';
import { GROUP } from './groups.ts';
import { philox } from './philox.ts';
import { createScalarSource } from './scalar-source.ts';
import { SOURCE_GROUPS } from './source.ts';
import { createWasmSource } from './wasm-source.ts';

const wasm = createWasmSource('wasm')!;
const scalar = createScalarSource();

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const distribution = fc.oneof(
  fc.constantFrom<Distribution>({ kind: 'bits' }, { kind: 'sign' }),
  fc
    .tuple(fc.float({ min: -1e6, max: 1e6, noNaN: true }), fc.float({ min: 1, max: 1e6, noNaN: true }))
    .map(([low, width]) => uniform(low, low + width)),
  fc
    .tuple(fc.float({ min: -1e6, max: 1e6, noNaN: true }), fc.float({ min: 0, max: 1e6, noNaN: true }))
    .map(([mean, std]) => normal(mean, std)),
);

const groups = fc.record({
  key: fc.tuple(word, word),
  first: fc.oneof(
    fc.nat(100),
    fc.integer({ min: 2 ** 30 - 3, max: 2 ** 30 + 3 }),
    fc.integer({ min: 0, max: 2 ** 49 }),
  ),
  count: fc.integer({ min: 1, max: 6 }),
});

describe('the wasm source and its scalar twin', () => {
  it('make the same bits for every stream, place and distribution', () => {
    fc.assert(
      fc.property(groups, distribution, (some, distribution) => {
        wasm.make(some, distribution);
        scalar.make(some, distribution);
        const n = some.count * GROUP;
        expect(wasm.words.slice(0, n)).toEqual(scalar.words.slice(0, n));
      }),
    );
  });

  it('agree over all that they hold', () => {
    const all = { key: [1, 2], first: 0, count: SOURCE_GROUPS } as const;
    wasm.make(all, normal(0, 1));
    scalar.make(all, normal(0, 1));
    expect(wasm.words).toEqual(scalar.words);
  });

  it('lay four Philox blocks side by side in a group, also where the block number outgrows 32 bits', () => {
    const first = 2 ** 30 + 5;
    wasm.make({ key: [3, 4], first, count: 1 }, { kind: 'bits' });
    for (let lane = 0; lane < 4; lane++) {
      const block = philox([20 + lane, 1, kindWord.bits, 0], [3, 4]);
      expect([0, 4, 8, 12].map((row) => wasm.words[row + lane])).toEqual(block);
    }
  });
});
