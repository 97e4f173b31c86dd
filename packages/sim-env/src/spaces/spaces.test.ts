import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { spaces } from '../../test/arbitrary-space.ts';
import { acceptorOf } from './accept.ts';
import { layoutOf } from './codec.ts';
import { copierOf } from './copy.ts';
import {
  type Batched,
  batch,
  batchSpace,
  box,
  dict,
  discrete,
  elementOf,
  flatSize,
  flatten,
  flattenParts,
  flattenPartsSpace,
  flattenSpace,
  graph,
  isFlat,
  multiBinary,
  multiDiscrete,
  oneOf,
  roundToFloat16,
  type SpaceDescription,
  sequence,
  spaceFromJson,
  text,
  tuple,
  unflatten,
  unflattenParts,
  type Value,
} from './index.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 32 });

function arraysIn(value: unknown): ArrayBufferView[] {
  if (ArrayBuffer.isView(value)) return value.byteLength === 0 ? [] : [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(arraysIn) : [];
}

describe('every space', () => {
  it('contains its samples, which follow from the seed', () => {
    fc.assert(
      fc.property(spaces, seeds, (space, seed) => {
        space.seed(seed);
        const first = [space.sample(), space.sample()];
        space.seed(seed);
        expect([space.sample(), space.sample()]).toEqual(first);
        for (const value of first) expect(space.violation(value)).toBeUndefined();
      }),
    );
  });

  it('comes back from its JSON as it was', () => {
    fc.assert(
      fc.property(spaces, seeds, (space, seed) => {
        const json = JSON.stringify(space);
        const again = spaceFromJson(JSON.parse(json) as SpaceDescription);
        expect(JSON.stringify(again)).toBe(json);
        space.seed(seed);
        again.seed(seed);
        expect(again.sample()).toEqual(space.sample());
      }),
    );
  });

  it('flattens its elements into its flat space and back', () => {
    fc.assert(
      fc.property(spaces, seeds, (space, seed) => {
        space.seed(seed);
        const value = space.sample() as never;
        const flat = flattenParts(space, value);
        if (isFlat(space)) expect(flat).toHaveLength(flatSize(space));
        expect(flattenPartsSpace(space).violation(flat)).toBeUndefined();
        expect(unflattenParts(space, flat)).toEqual(value);
      }),
    );
  });

  it('writes its elements to shared memory and reads them back exactly, where they have a largest size', () => {
    fc.assert(
      fc.property(spaces, seeds, (space, seed) => {
        space.seed(seed);
        const value = space.sample();
        const layout = layoutOf(space);
        if (layout === undefined) {
          expect(JSON.stringify(space)).toMatch(/"(Sequence|Graph)"/);
          return;
        }
        const memory = new SharedArrayBuffer(layout.bytes + 16);
        new Uint8Array(memory).fill(255);
        layout.codec(memory, 8).write(value);
        expect(layout.codec(memory, 8).read()).toEqual(value);
        const beyond = new Uint8Array(memory);
        expect([...beyond.subarray(0, 8), ...beyond.subarray(8 + layout.bytes)]).toEqual(new Array(16).fill(255));
      }),
    );
  });

  it('batches its elements into its batch space and gives them back', () => {
    fc.assert(
      fc.property(spaces, seeds, fc.integer({ min: 1, max: 4 }), (space, seed, count) => {
        space.seed(seed);
        const elements = Array.from({ length: count }, () => space.sample());
        const batched = batch(space, elements);
        expect(batchSpace(space, count).violation(batched)).toBeUndefined();
        expect(elements.map((_, i) => elementOf(space, batched, i))).toEqual(elements);
      }),
    );
  });

  it('copies its elements, so that writing to one leaves the other', () => {
    fc.assert(
      fc.property(spaces, seeds, (space, seed) => {
        space.seed(seed);
        const value = space.sample();
        const copy = copierOf(space)?.(value) ?? value;
        expect(copy).toEqual(value);
        const memories = new Set(arraysIn(value).map(({ buffer }) => buffer));
        for (const array of arraysIn(copy)) expect(memories.has(array.buffer)).toBe(false);
        expect(acceptorOf(space, 'it is')(value)).toEqual(value);
      }),
    );
  });
});

it('says what keeps a value out, and where in a composite', () => {
  const space = dict({ at: tuple([discrete(3), box({ low: [0, 0], high: [1, 2] })]), name: text(3) });
  expect(space.violation({ at: [3, Float32Array.of(0, 0)], name: 'a' })).toBe(
    'at: part 0: expected an integer from 0 to 2, got 3',
  );
  expect(space.violation({ at: [0, Float32Array.of(0, 2.5)], name: 'a' })).toBe('at: part 1: entry 1 is 2.5, above 2');
  expect(space.violation({ at: [0, Float32Array.of(Number.NaN, 0)], name: 'a' })).toBe(
    'at: part 1: entry 0 is NaN, below 0',
  );
  expect(space.violation({ at: [0, [0, 0]], name: 'a' })).toBe(
    'at: part 1: expected a Float32Array of 2, got Array of 2',
  );
  expect(space.violation({ at: [0, Float32Array.of(0, 0)] })).toBe('the key "name" is missing');
  expect(space.violation({ at: [0, Float32Array.of(0, 0)], name: 'a', more: 1 })).toBe(
    'the key "more" is not in the space',
  );
  expect(space.violation({ at: [0, Float32Array.of(0, 0)], name: 'a-b' })).toBe(
    'name: the character "-" is not in the charset',
  );
  expect(multiDiscrete([2, 3]).violation(Int32Array.of(1, 3))).toBe('entry 1 is 3, not from 0 to 2');
  expect(multiBinary(2).violation(Int8Array.of(0, 2))).toBe('entry 1 is 2, neither 0 nor 1');
});

it('rounds the limits of a Box to its type, so that they are elements', () => {
  const space = box({ low: 0.1, high: 0.3 });
  expect(space.contains(Float32Array.of(0.1))).toBe(true);
  expect(space.contains(Float32Array.of(0.3))).toBe(true);
});

it('describes itself by the arguments of Gymnasium’s constructors', () => {
  expect(JSON.parse(JSON.stringify(box({ low: [0, -Infinity], high: [1, Infinity] })))).toEqual({
    type: 'Box',
    low: [0, '-Infinity'],
    high: [1, 'Infinity'],
    shape: [2],
    dtype: 'float32',
  });
  expect(JSON.parse(JSON.stringify(dict({ b: discrete(2), a: multiBinary(3) })))).toEqual({
    type: 'Dict',
    spaces: { a: { type: 'MultiBinary', n: 3 }, b: { type: 'Discrete', n: 2, start: 0 } },
  });
});

it('carries the types of its elements', () => {
  const space = dict({ at: tuple([discrete(3), box({ low: 0, high: 1 })]), name: text(3), image: multiBinary(2) });
  expectTypeOf<Value<typeof space>>().toEqualTypeOf<{
    readonly at: readonly [number, Float32Array];
    readonly name: string;
    readonly image: Int8Array;
  }>();
  expect(space.sample().at).toHaveLength(2);
});

it.each([
  [() => box({ low: 1, high: 0 }), 'low 1 of entry 0 is above high 0'],
  [() => box({ low: [0, 0], high: [1] }), 'high has 1 entries, the shape asks for 2'],
  [() => box({ low: 0, high: 256, dtype: 'uint8' }), 'high of entry 0 is 256, which is no uint8'],
  [() => box({ low: Number.NaN, high: 1 }), 'low of entry 0 is NaN'],
  [() => box({ low: 0, high: 1e39 }), 'high of entry 0 is 1e+39, beyond the largest float32'],
  [() => discrete(0), 'n is a positive integer, got 0'],
  [() => discrete(2, { start: 0.5 }), 'start is an integer, got 0.5'],
  [() => multiDiscrete([]), 'nvec is empty'],
  [() => multiDiscrete([2, 0]), 'entry 1 is 0'],
  [() => multiBinary(-1), 'n is a positive integer, or a list of them, got -1'],
  [() => multiBinary([2, 0]), 'n is a positive integer, or a list of them, got "2,0"'],
  [() => text(0), 'lengths are integers'],
  [() => text(2, { minLength: 3 }), 'minLength 3 is above maxLength 2'],
  [() => text(2, { charset: 'aa' }), 'each of its characters once'],
  [() => spaceFromJson({ type: 'Tree' } as never), 'no space of type "Tree"'],
  [() => spaceFromJson({ type: 'Graph' } as never), 'Graph: node_space is missing'],
  [() => unflatten(discrete(3), [1]), 'expected 3 numbers, got 1'],
  [() => box({ shape: [] } as never), 'box: low is missing; it is a number, or one for each entry'],
  [() => box({ low: 0, high: 1, shpae: [2] } as never), 'there is no setting "shpae"; did you mean shape?'],
  [() => box({ low: 0, high: 1, shape: [2, -1] }), 'shape is a list of lengths'],
  [() => box({ low: 0, high: 1, shape: [2 ** 20, 2 ** 20] }), 'entries are more than'],
  [() => box({ low: 0, high: 1, dtype: 'complex64' as never }), 'dtype is float16, float32'],
  [() => box({ low: 0, high: 2 ** 63, dtype: 'int64' }), 'high of entry 0 is 9223372036854776000, which is no int64'],
  [() => box({ low: -1n, high: 1n, dtype: 'uint64' }), 'low of entry 0 is -1, which is no uint64'],
  [() => box({ low: 0n, high: 1n, dtype: 'int32' }), 'low of entry 0 is 0, which is no int32'],
  [() => box({ low: 0, high: 2, dtype: 'bool' }), 'high of entry 0 is 2, which is no bool'],
  [() => box({ low: 0, high: 65_520, dtype: 'float16' }), 'beyond the largest float16'],
  [() => spaceFromJson({ type: 'Box', low: '0x1' as never, high: 1, shape: [1], dtype: 'int64' }), 'digits of a large'],
  [() => discrete(2 ** 53 - 1, { start: 5 }), 'is beyond 2^53 - 1'],
  [() => discrete(3, { strat: 1 } as never), 'did you mean start?'],
  [() => multiDiscrete([[2, 3], [4]]), 'nvec holds Array of 1 where a list of 2 is expected'],
  [() => multiDiscrete([2, [4]]), 'nvec holds Array of 1 where an integer is expected'],
  [() => multiDiscrete([[2, 3]], { start: [0, 0] }), 'start has the shape [2], nvec [1,2]'],
  [() => multiDiscrete([2], { dtype: 'float32' as never }), 'dtype is int8, int16, int32, int64'],
  [() => multiDiscrete([200], { dtype: 'int8' }), 'no 8-bit integers of int8'],
  [() => multiDiscrete([2], { start: [2 ** 53 - 1], dtype: 'int64' }), 'no 64-bit integers of int64'],
  [() => oneOf([]), 'parts are an array that is not empty'],
  [() => oneOf([3 as never]), 'oneOf: part 0 is no space'],
  [() => sequence(3 as never), 'sequence: the space is no space, but 3'],
  [() => sequence(dict({}), { stack: true }), 'a Dict without entries cannot be stacked'],
  [() => graph(tuple([])), 'nodes of a Tuple without entries cannot be counted'],
  [() => graph(discrete(2), 5 as never), 'graph: the space of edges is no space, but 5'],
  [() => graph(discrete(2)).sample(null, 0), 'numNodes is an integer, 1 or more, got 0'],
  [() => flatten(sequence(discrete(2)), []), 'elements of a Sequence have no size of their own; flattenParts'],
  [() => flattenSpace(tuple([graph(discrete(2))])), 'elements of a Graph have no size'],
  [() => flatten(box({ low: 0n, high: 2n ** 60n, dtype: 'int64' }), BigInt64Array.of(2n ** 60n)), 'beyond 2^53'],
  [() => unflatten(discrete(3), [0, 0, 0]), 'none of 3 choices is 1'],
  [() => unflatten(oneOf([discrete(1)]), [1, 0]), '1 is the number of no part, of 1'],
  [() => multiDiscrete([2, 3], { start: [1] }), 'start has 1 entries, nvec has 2'],
  [() => multiDiscrete([2, 3], { start: [2 ** 31 - 1, 0] }), 'no 32-bit integers'],
  [() => tuple([discrete(2), 3 as never]), 'tuple: part 1 is no space, but 3'],
  [() => dict({ a: undefined as never }), 'dict: a is no space, but undefined'],
  [() => flatten(discrete(2 ** 40), 1), 'flat elements would have 1099511627776 numbers'],
] as const)('refuses nonsense: %#', (make, message) => {
  expect(make).toThrow(message);
});

it('has a Box without dimensions, of one entry, and choices that begin anywhere', () => {
  const scalar = box({ low: -1, high: 1, shape: [] });
  expect(scalar.sample()).toHaveLength(1);
  expect(spaceFromJson(scalar.toJSON()).toJSON()).toEqual(scalar.toJSON());
  const shifted = multiDiscrete([2, 3], { start: [-1, 5] });
  expect(shifted.contains(Int32Array.of(0, 7))).toBe(true);
  expect(shifted.violation(Int32Array.of(0, 4))).toBe('entry 1 is 4, not from 5 to 7');
  expect(spaceFromJson(shifted.toJSON()).contains(Int32Array.of(-1, 5))).toBe(true);
});

it('holds whole numbers of 64 bits as bigints, to the last', () => {
  const all = box({ low: -(2n ** 63n), high: 2n ** 63n - 1n, shape: [3], dtype: 'int64' });
  expectTypeOf<Value<typeof all>>().toEqualTypeOf<BigInt64Array>();
  expect(all.contains(BigInt64Array.of(-(2n ** 63n), 0n, 2n ** 63n - 1n))).toBe(true);
  expect(all.violation(Float64Array.of(1, 2, 3))).toBe('expected a BigInt64Array of 3, got Float64Array of 3');
  const json = JSON.parse(JSON.stringify(all));
  expect(json).toMatchObject({ low: '-9223372036854775808', high: '9223372036854775807', dtype: 'int64' });
  expect(spaceFromJson(json).toJSON()).toEqual(json);
  const small = box({ low: 3, high: [5, 2 ** 53 - 1], dtype: 'uint64' });
  expect(small.violation(BigUint64Array.of(6n, 3n))).toBe('entry 0 is 6, above 5');
  expect(JSON.parse(JSON.stringify(small))).toMatchObject({ low: 3, high: [5, 2 ** 53 - 1] });
  small.seed(1);
  const seen = new Set(Array.from({ length: 100 }, () => small.sample()[0]));
  expect(seen).toEqual(new Set([3n, 4n, 5n]));
});

it('draws 64-bit numbers from all of their range', () => {
  const space = box({ low: 0n, high: 2n ** 64n - 1n, dtype: 'uint64' });
  space.seed(3);
  const quarters = new Array<number>(4).fill(0);
  for (let i = 0; i < 4000; i++) quarters[Number(space.sample()[0]! >> 62n)]!++;
  for (const count of quarters) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

it('rounds to float16 as IEEE 754 does, and refuses numbers between', () => {
  const rounded = (values: number[]) => values.map(roundToFloat16);
  expect(rounded([0.1, 1 / 3, 65_504, 65_519.9, 65_520, -1e9])).toEqual([
    0.0999755859375,
    0.333251953125,
    65_504,
    65_504,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ]);
  // Halfway goes to the even one; below 2^-14 the spacing stays 2^-24.
  expect(rounded([2049, 2051, 2 ** -25, 1.5 * 2 ** -24, 2 ** -24, -0])).toEqual([
    2048,
    2052,
    0,
    2 ** -23,
    2 ** -24,
    -0,
  ]);
  const space = box({ low: -1, high: 1, dtype: 'float16' });
  expect(space.violation(Float32Array.of(0.1))).toMatch(
    /^entry 0 is 0\.1\d*, which is no float16; the nearest is 0\.09997/,
  );
  expect(acceptorOf(space, 'it is')(Float32Array.of(0.1))).toEqual(Float32Array.of(0.0999755859375));
});

it('holds a bool as 0 and 1', () => {
  const space = box({ low: 0, high: 1, shape: [2], dtype: 'bool' });
  expect(space.contains(Uint8Array.of(0, 1))).toBe(true);
  expect(space.violation(Uint8Array.of(0, 2))).toBe('entry 1 is 2, above 1');
});

it('has choices and switches along several dimensions', () => {
  const choices = multiDiscrete(
    [
      [2, 3],
      [4, 5],
    ],
    {
      start: [
        [0, 1],
        [2, -3],
      ],
      dtype: 'int64',
    },
  );
  expect([choices.shape, choices.nvec, choices.start]).toEqual([
    [2, 2],
    [2, 3, 4, 5],
    [0, 1, 2, -3],
  ]);
  expect(choices.toJSON()).toEqual({
    type: 'MultiDiscrete',
    nvec: [
      [2, 3],
      [4, 5],
    ],
    start: [
      [0, 1],
      [2, -3],
    ],
    dtype: 'int64',
  });
  expect(choices.violation(BigInt64Array.of(0n, 1n, 2n, 2n))).toBe('entry 3 is 2, not from -3 to 1');
  const mask = [
    [
      [0, 1],
      [0, 0, 1],
    ],
    [
      [1, 0, 0, 0],
      [0, 1, 0, 0, 0],
    ],
  ];
  expect(choices.sample(mask)).toEqual(BigInt64Array.of(1n, 3n, 2n, -2n));
  expect(multiBinary([2, 3]).toJSON()).toEqual({ type: 'MultiBinary', n: [2, 3] });
  expect(multiBinary([2, 3]).sample([2, 0, 1, 2, 0, 1])).toHaveLength(6);
});

it('batches choices beyond 32 bits as int64', () => {
  const space = discrete(2 ** 40, { start: -5 });
  expect(batchSpace(space, 2).toJSON()).toMatchObject({ type: 'MultiDiscrete', dtype: 'int64', start: [-5, -5] });
  expect(batch(space, [2 ** 35, -5])).toEqual(BigInt64Array.of(2n ** 35n, -5n));
  expect(elementOf(space, BigInt64Array.of(1n, 2n ** 35n), 1)).toBe(2 ** 35);
});

it('says what is wrong with a sequence, a graph and one of several', () => {
  const words = sequence(text(3));
  expectTypeOf<Value<typeof words>>().toEqualTypeOf<readonly string[]>();
  expect(words.violation(['a', 'b', 'long'])).toBe('element 2: expected 1 to 3 characters, got 4');
  expect(words.violation('a')).toBe('expected an array, got "a"');
  const points = sequence(box({ low: 0, high: 1, shape: [2] }), { stack: true });
  expectTypeOf<Value<typeof points>>().toEqualTypeOf<Float32Array>();
  expect(points.violation(Float32Array.of(0, 1, 0, 2))).toBe('element 1: entry 1 is 2, above 1');
  expect(points.violation(Float32Array.of(0, 1, 0))).toBe('expected elements that are stacked, got Float32Array of 3');
  const roads = graph(box({ low: 0, high: 1, shape: [2] }), discrete(3));
  expectTypeOf<Value<typeof roads>['nodes']>().toEqualTypeOf<Float32Array>();
  expectTypeOf<Value<typeof roads>['edges']>().toEqualTypeOf<Batched<ReturnType<typeof discrete>> | null>();
  const nodes = Float32Array.of(0, 1, 1, 0);
  expect(roads.violation({ nodes, edges: null, edgeLinks: null })).toBeUndefined();
  const edges = Int32Array.of(2);
  expect(roads.violation({ nodes, edges, edgeLinks: Int32Array.of(1, 0) })).toBeUndefined();
  expect(roads.violation({ nodes, edges, edgeLinks: Int32Array.of(1, 2) })).toBe(
    'edgeLinks: entry 1 is 2, not from 0 to 1',
  );
  expect(roads.violation({ nodes, edges, edgeLinks: null })).toMatch('edgeLinks: expected an Int32Array of 2');
  expect(roads.violation({ nodes, edges: null, edgeLinks: edges })).toMatch(
    'edges: expected elements that stand together',
  );
  expect(graph(discrete(2)).violation({ nodes: edges, edges, edgeLinks: edges })).toMatch('element 0');
  expect(roads.violation(nodes)).toMatch('expected nodes, edges, edgeLinks, got Float32Array of 4');
  expect(roads.sample(null, 3, 5).edgeLinks).toHaveLength(10);
  const either = oneOf([discrete(2), text(3)]);
  expectTypeOf<Value<typeof either>>().toEqualTypeOf<readonly [index: number, value: number | string]>();
  expect(either.violation([0, 2])).toBe('part 0: expected an integer from 0 to 1, got 2');
  expect(either.violation([2, 'a'])).toBe('expected a part from 0 to 1, got 2');
  expect(either.violation('a')).toBe('expected the number of a part and its element, got "a"');
});

it('keeps samples of sequences and of one of several to their masks', () => {
  const words = sequence(discrete(3));
  expect(words.sample([2, [0, 1, 0]])).toEqual([1, 1]);
  words.seed(1);
  expect(new Set(Array.from({ length: 50 }, () => words.sample([[0, 3], null]).length))).toEqual(new Set([0, 3]));
  expect(() => words.sample([-1, null])).toThrow('lengths are an integer of 0 or more');
  const either = oneOf([discrete(2), discrete(3)]);
  expect(
    either.sample([
      [0, 0],
      [0, 0, 1],
    ]),
  ).toEqual([1, 2]);
  expect(() => either.sample([null])).toThrow('a list of 2 masks is expected');
});
