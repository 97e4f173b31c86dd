import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { spaces } from '../../test/arbitrary-space.ts';
import { codecOf } from './codec.ts';
import {
  box,
  dict,
  discrete,
  flatSize,
  flatten,
  flattenSpace,
  multiBinary,
  multiDiscrete,
  type SpaceDescription,
  spaceFromJson,
  text,
  tuple,
  unflatten,
  type Value,
} from './index.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 32 });

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
        const flat = flatten(space, value);
        expect(flat).toHaveLength(flatSize(space));
        expect(flattenSpace(space).violation(flat)).toBeUndefined();
        expect(unflatten(space, flat)).toEqual(value);
      }),
    );
  });

  it('writes its elements to numbers and reads them back exactly', () => {
    fc.assert(
      fc.property(spaces, seeds, (space, seed) => {
        space.seed(seed);
        const value = space.sample();
        const codec = codecOf(space);
        const row = new Float64Array(codec.size + 1).fill(Number.NaN);
        codec.write(value as never, row, 1);
        expect(codec.read(row, 1)).toEqual(value);
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
  [() => multiBinary(-1), 'n is a positive integer, got -1'],
  [() => text(0), 'lengths are integers'],
  [() => text(2, { minLength: 3 }), 'minLength 3 is above maxLength 2'],
  [() => text(2, { charset: 'aa' }), 'each of its characters once'],
  [() => spaceFromJson({ type: 'Graph' } as never), 'no space of type "Graph"'],
  [() => unflatten(discrete(3), [1]), 'expected 3 numbers, got 1'],
  [() => box({ shape: [] } as never), 'box: low is missing; it is a number, or one for each entry'],
  [() => box({ low: 0, high: 1, shpae: [2] } as never), 'there is no setting "shpae"; did you mean shape?'],
  [() => box({ low: 0, high: 1, shape: [2, -1] }), 'shape is a list of lengths'],
  [() => box({ low: 0, high: 1, shape: [2 ** 20, 2 ** 20] }), 'entries are more than'],
  [
    () => box({ low: 0, high: 1, dtype: 'int64' as never }),
    'take int32, or float64 for integers up to 2^53 instead of int64',
  ],
  [() => box({ low: 0, high: 1, dtype: 'bool' as never }), 'take multiBinary, or uint8 from 0 to 1 instead of bool'],
  [() => spaceFromJson({ type: 'Box', low: 0, high: 1, shape: [1], dtype: 'uint64' }), 'take uint32'],
  [() => discrete(2 ** 53 - 1, { start: 5 }), 'is beyond 2^53 - 1'],
  [() => discrete(3, { strat: 1 } as never), 'did you mean start?'],
  [() => multiDiscrete([[2, 3]] as never), 'nvec has several dimensions; write them as one list, row by row'],
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
