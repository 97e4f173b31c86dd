import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arena } from '../arena/arena.ts';
import { createKernels, type Kernels } from '../kernels.ts';
import { createRandom } from '../random/create-random.ts';
import { PAGE_BYTES } from '../wasm/platform.ts';
import type { WeightVectors } from './weight-vectors.ts';

const arena = new Arena({ initialBytes: 64 * 2 ** 20 });
const wasm = createKernels(arena, { engine: 'wasm' });
const scalar = createKernels(arena, { engine: 'scalar' });

interface Problem {
  readonly vectors: WeightVectors;
  readonly params: Float32Array;
}

/** Numbers with ties, both zeros, infinities, subnormals and crowds. */
const weight = fc.oneof(
  fc.float({ noNaN: true }),
  fc.constantFrom(0, -0, 1, -1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** -149),
  fc.float({ min: 1, max: Math.fround(1.0001), noNaN: true }),
);

const size = fc.oneof(fc.nat(4), fc.nat(40));

/** A tensor of any shape between other parameters. */
const problem: fc.Arbitrary<Problem> = fc
  .record({ offset: fc.nat(5), outer: size, neurons: size, inner: size })
  .filter(({ outer, neurons, inner }) => outer * neurons * inner <= 2000)
  .chain((vectors) => {
    const length = vectors.offset + vectors.outer * vectors.neurons * vectors.inner + 2;
    const entries = fc.array(weight, { minLength: length, maxLength: length });
    return entries.map((values) => ({ vectors, params: Float32Array.from(values) }));
  });

/** Where in the parameters each vector's entries are, by the definition. */
function placesOf({ offset, outer, neurons, inner }: WeightVectors): number[][] {
  const range = (n: number) => Array.from({ length: n }, (_, i) => i);
  return range(neurons).map((f) =>
    range(outer).flatMap((a) => range(inner).map((b) => offset + (a * neurons + f) * inner + b)),
  );
}

/** The places of a vector in order, by a stable comparison sort. */
function inOrder(params: Float32Array, places: readonly number[]): number[] {
  const sign = (x: number) => (Object.is(x, -0) ? -1 : 1);
  return places.toSorted((i, j) => {
    const [x, y] = [params[i]!, params[j]!];
    return x === y ? (x === 0 ? sign(x) - sign(y) : 0) : x < y ? -1 : 1;
  });
}

const entriesOf = ({ outer, neurons, inner }: WeightVectors) => outer * neurons * inner;

/** What each of the three kernels makes of a problem; `sorted` is what permuteByRank puts in. */
function runAll(kernels: Kernels, { vectors, params }: Problem, sorted: Float32Array) {
  const length = entriesOf(vectors);
  const blocks = [
    arena.alloc('float32', params.length),
    arena.alloc('float32', length),
    arena.alloc('int32', length),
  ] as const;
  const [paramsBlock, values, ranks] = blocks;
  paramsBlock.data.set(params);
  kernels.sortVectors(paramsBlock.data, vectors, values.data);
  const ascending = values.data.slice();
  kernels.rankVectors(paramsBlock.data, vectors, ranks.data);
  values.data.set(sorted);
  kernels.permuteByRank(paramsBlock.data, vectors, values.data);
  const result = { ascending, ranks: ranks.data.slice(), permuted: paramsBlock.data.slice() };
  for (const block of blocks) block.free();
  return result;
}

/** The same by comparisons. */
function expected({ vectors, params }: Problem, sorted: Float32Array) {
  const ascending = new Float32Array(entriesOf(vectors));
  const ranks = new Int32Array(ascending.length);
  const permuted = params.slice();
  for (const [f, places] of placesOf(vectors).entries()) {
    for (const [r, at] of inOrder(params, places).entries()) {
      ascending[f * places.length + r] = params[at]!;
      ranks[at - vectors.offset] = r;
      permuted[at] = sorted[f * places.length + r]!;
    }
  }
  return { ascending, ranks, permuted };
}

const bits = (array: Float32Array) => [...new Uint32Array(array.slice().buffer)];

function expectSame(actual: ReturnType<typeof runAll>, right: ReturnType<typeof expected>) {
  expect(bits(actual.ascending)).toEqual(bits(right.ascending));
  expect(actual.ranks).toEqual(right.ranks);
  expect(bits(actual.permuted)).toEqual(bits(right.permuted));
}

/** 0, 1, 2, …: tells every entry from every other. */
const numbered = (vectors: WeightVectors) => Float32Array.from({ length: entriesOf(vectors) }, (_, i) => i);

describe.each([
  ['wasm', wasm],
  ['twin', scalar],
])('sortVectors, rankVectors and permuteByRank (%s)', (_name, kernels) => {
  it('agree with a stable comparison sort, for any shape and contents', () => {
    fc.assert(
      fc.property(problem, (given) => {
        const sorted = numbered(given.vectors);
        expectSame(runAll(kernels, given, sorted), expected(given, sorted));
      }),
    );
  });

  it.each([
    ['one filter per vector', { outer: 1, neurons: 5, inner: 576 }],
    ['columns of a dense kernel, more than a cache line of them', { outer: 784, neurons: 19, inner: 1 }],
    ['a transposed convolution', { outer: 50, neurons: 7, inner: 9 }],
    ['columns whose rows are 4 KiB apart', { outer: 70, neurons: 1024, inner: 1 }],
    ['one long vector', { outer: 1, neurons: 1, inner: 70_000 }],
  ])('agree with a comparison sort on normal, crowded, tied and equal weights: %s', (_shape, shape) => {
    const vectors = { offset: 3, ...shape };
    const normal = createRandom(1).normal(new Float32Array(3 + entriesOf(vectors)));
    const sorted = numbered(vectors);
    const contents = [
      normal,
      normal.map((x, i) => (i % 500 === 4 ? 1e30 : x)),
      normal.map((x) => (x > 0.5 ? 0.08 : 0)),
      new Float32Array(normal.length).fill(-2),
    ];

    for (const params of contents)
      expectSame(runAll(kernels, { vectors, params }, sorted), expected({ vectors, params }, sorted));
  });
});

describe('permuteByRank', () => {
  it('leaves in every vector a permutation of its first values, bit for bit, in the order of the weights', () => {
    const moved = problem.chain((given) => {
      const length = given.params.length;
      const moves = fc.array(weight, { minLength: length, maxLength: length });
      return moves.map((values) => ({ ...given, moved: Float32Array.from(values) }));
    });
    fc.assert(
      fc.property(moved, ({ vectors, params, moved }) => {
        const { ascending } = runAll(wasm, { vectors, params }, numbered(vectors));
        const { permuted } = runAll(wasm, { vectors, params: moved }, ascending);
        for (const places of placesOf(vectors)) {
          const multiset = (of: Float32Array) => bits(Float32Array.from(places, (at) => of[at]!)).sort((a, b) => a - b);
          expect(multiset(permuted)).toEqual(multiset(params));
          const inMovedOrder = Float32Array.from(inOrder(moved, places), (at) => permuted[at]!);
          const inOwnOrder = Float32Array.from(inOrder(permuted, places), (at) => permuted[at]!);
          expect(bits(inMovedOrder)).toEqual(bits(inOwnOrder));
        }
      }),
    );
  });

  it('changes nothing when the values are where they belong', () => {
    fc.assert(
      fc.property(problem, ({ vectors, params }) => {
        const { ascending } = runAll(wasm, { vectors, params }, numbered(vectors));
        expect(bits(runAll(wasm, { vectors, params }, ascending).permuted)).toEqual(bits(params));
      }),
    );
  });
});

describe('the scratch of the ranking kernels', () => {
  it('grows a full arena, and the call succeeds', () => {
    const small = new Arena({ initialBytes: PAGE_BYTES });
    const kernels = createKernels(small, { engine: 'wasm' });
    const params = small.alloc('float32', 5000);
    const sorted = small.alloc('float32', 5000);
    params.data.set(Float32Array.from({ length: 5000 }, (_, i) => -i));
    kernels.sortVectors(params.data, { offset: 0, outer: 1, neurons: 1, inner: 5000 }, sorted.data);
    expect(small.generation).toBeGreaterThan(0);
    expect(sorted.data[0]).toBe(-4999);
  });

  it('is taken once for vectors that do not get longer', () => {
    const own = new Arena({ initialBytes: 2 ** 22 });
    const kernels = createKernels(own, { engine: 'wasm' });
    const params = own.alloc('float32', 4000).data;
    const sorted = own.alloc('float32', 4000).data;
    kernels.sortVectors(params, { offset: 0, outer: 1, neurons: 4, inner: 1000 }, sorted);
    const { usedBytes, blocks } = own.stats();
    kernels.permuteByRank(params, { offset: 0, outer: 100, neurons: 40, inner: 1 }, sorted);
    expect(own.stats()).toMatchObject({ usedBytes, blocks });
  });
});

describe('bad input', () => {
  const vectors = { offset: 1, outer: 2, neurons: 3, inner: 2 };
  const call = (params: Float32Array, given: WeightVectors, length: number) => () =>
    scalar.permuteByRank(params, given, new Float32Array(length));

  it('is named where sizes do not fit', () => {
    expect(call(new Float32Array(12), vectors, 12)).toThrow(
      'kernels: permuteByRank: vectors [2, 3, 2] from entry 1 on take 13 entries, params has 12',
    );
    expect(call(new Float32Array(13), vectors, 11)).toThrow(
      'kernels: permuteByRank: vectors [2, 3, 2] have 12 entries, sorted has 11',
    );
    expect(call(new Float32Array(13), { ...vectors, outer: 1.5 }, 12)).toThrow(
      'kernels: permuteByRank: vectors.outer is a non-negative integer, got 1.5',
    );
  });

  it.each([
    ['wasm', wasm],
    ['twin', scalar],
  ])('is named where a weight is NaN, and nothing is written (%s)', (_name, kernels) => {
    const params = arena.alloc('float32', 13);
    const sorted = arena.alloc('float32', 12);
    const ranks = arena.alloc('int32', 12);
    params.data[9] = Number.NaN;
    const before = params.data.slice();
    const message = 'params[9], an incoming weight of neuron 1, is NaN, which has no rank';
    expect(() => kernels.permuteByRank(params.data, vectors, sorted.data)).toThrow(message);
    expect(() => kernels.sortVectors(params.data, vectors, sorted.data)).toThrow(message);
    expect(() => kernels.rankVectors(params.data, vectors, ranks.data)).toThrow(message);
    expect(params.data).toEqual(before);
    for (const block of [params, sorted, ranks]) block.free();
  });
});
