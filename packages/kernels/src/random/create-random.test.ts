import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arena } from '../arena/arena.ts';
import { PAGE_BYTES } from '../wasm/platform.ts';
import { createRandom, restoreRandom } from './create-random.ts';
import { philox } from './philox.ts';
import type { Random } from './random.ts';

/** One step of use: what is drawn and how many. */
const draw = fc.record({
  what: fc.constantFrom('uniform', 'normal', 'sign', 'bits', 'next', 'int'),
  count: fc.integer({ min: 0, max: 50 }),
});

function run(random: Random, { what, count }: { what: string; count: number }): number[] {
  switch (what) {
    case 'bits':
      return [...random.bits(new Uint32Array(count))];
    case 'next':
      return Array.from({ length: count }, random.next);
    case 'int':
      return Array.from({ length: count }, () => random.int(1000));
    case 'uniform':
      return [...random.uniform(new Float32Array(count))];
    case 'normal':
      return [...random.normal(new Float32Array(count))];
    default:
      return [...random.sign(new Float32Array(count))];
  }
}

describe('createRandom', () => {
  it('starts with the Philox blocks of its seed', () => {
    const words = createRandom(0x1234567800000009n).bits(new Uint32Array(16));
    expect([words[0], words[4], words[8], words[12]]).toEqual(philox([0, 0, 0, 0], [9, 0x12345678]));
  });

  it('takes a number and the equal bigint for the same seed', () => {
    for (const seed of [0, 1, -1, 2 ** 40, Number.MIN_SAFE_INTEGER]) {
      expect(createRandom(seed).next()).toBe(createRandom(BigInt(seed)).next());
    }
  });

  it.each([0.5, Number.NaN, 2 ** 53])('refuses the seed %d', (seed) => {
    expect(() => createRandom(seed)).toThrow(/kernels: a seed is an integer up to 2\^53 or a bigint/);
  });

  it('gives the same numbers however calls divide them', () => {
    const sizes = fc.array(fc.nat(100), { maxLength: 10 });
    fc.assert(
      fc.property(sizes, fc.constantFrom('uniform', 'normal', 'sign', 'bits'), (sizes, what) => {
        const random = createRandom(3);
        const parts = sizes.flatMap((count) => run(random, { what, count }));
        expect(parts).toEqual(run(createRandom(3), { what, count: parts.length }));
      }),
    );
  });

  it('gives the same numbers in pieces larger than its scratch memory', () => {
    const whole = createRandom(3).normal(new Float32Array(40_000));
    const random = createRandom(3);
    random.normal(new Float32Array(5));
    expect(random.normal(new Float32Array(39_995))).toEqual(whole.subarray(5));
  });

  it('gives the same numbers in wasm and in the scalar twin', () => {
    fc.assert(
      fc.property(fc.array(draw, { maxLength: 8 }), fc.maxSafeInteger(), (draws, seed) => {
        const [wasm, scalar] = [createRandom(seed, { engine: 'wasm' }), createRandom(seed, { engine: 'scalar' })];
        for (const step of draws) expect(run(wasm, step)).toEqual(run(scalar, step));
      }),
    );
  });

  it('goes on from a saved state as if it had not stopped', () => {
    fc.assert(
      fc.property(fc.array(draw, { minLength: 1, maxLength: 8 }), draw, (before, after) => {
        const random = createRandom(5).split('layer');
        for (const step of before) run(random, step);
        const saved = JSON.parse(JSON.stringify(random.state()));
        expect(run(restoreRandom(saved), after)).toEqual(run(random, after));
      }),
    );
  });

  it.each([{}, { key: [1], position: 0 }, { key: [1, -2], position: 0 }, { key: [1, 2], position: 0.5 }])(
    'refuses the state %o',
    (state) => {
      expect(() => restoreRandom(state as never)).toThrow(/kernels: a random state is \{ key/);
    },
  );

  it('splits into streams that do not depend on the position, nor move it', () => {
    const random = createRandom(7);
    const early = random.split('a').next();
    expect(random.state().position).toBe(0);
    random.next();
    expect(random.split('a').next()).toBe(early);
    expect(random.split('b').next()).not.toBe(early);
    expect(random.split(1).next()).not.toBe(random.split('1').next());
  });

  it('keeps uniform numbers in their range', () => {
    const bound = fc.float({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(bound, bound, (a, b) => {
        fc.pre(Math.abs(a - b) > 1e-30);
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const x = createRandom(1).uniform(new Float32Array(500), low, high);
        expect(x.every((value) => value >= low && value < high)).toBe(true);
      }),
    );
  });

  it('rounds no uniform number up to the end of its range', () => {
    const onlyOneFits = createRandom(1).uniform(new Float32Array(100), 1, 1 + 2 ** -23);
    expect(new Set(onlyOneFits)).toEqual(new Set([1]));
  });

  it('fills a Float64Array and integer arrays too', () => {
    const single = createRandom(2).normal(new Float32Array(20));
    expect([...createRandom(2).normal(new Float64Array(20))]).toEqual([...single]);
    const signs = createRandom(2).sign(new Float32Array(20));
    expect([...createRandom(2).sign(new Int8Array(20))]).toEqual([...signs]);
  });

  it('refuses an array that growth of its arena detached', () => {
    const arena = new Arena({ initialBytes: PAGE_BYTES });
    const { data } = arena.alloc('float32', 4);
    arena.alloc('uint8', PAGE_BYTES);
    expect(() => createRandom(0).normal(data)).toThrow(/kernels: an array is detached/);
  });
});
