import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeValue, encodeValue } from './encode.ts';

const leaf = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, undefined, null, true, false),
  fc.string(),
  fc.float32Array(),
  fc.float64Array(),
  fc.int32Array(),
  fc.uint8Array(),
);
const key = fc.oneof(fc.string(), fc.constantFrom('$', '$$', 'a/b', 'a~1b', 'a~b', '0', '__proto__'));
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
}));

describe('encodeValue and decodeValue', () => {
  it('give back every value exactly, through JSON', () => {
    fc.assert(
      fc.property(value, (original) => {
        const { json, arrays } = encodeValue(original, 'the value');
        expect(decodeValue({ json: JSON.parse(JSON.stringify(json)), arrays })).toStrictEqual(original);
      }),
    );
  });

  it('refuse what a file cannot hold, naming where it stands', () => {
    expect(() => encodeValue({ fits: [{ when: new Date() }] }, 'unit "fit"')).toThrow(
      'experiment: unit "fit" has a Date at /fits/0/when, which cannot be stored; use numbers,',
    );
    expect(() => encodeValue(() => 1, 'unit "f"')).toThrow('unit "f" has a function at its top');
    expect(() => encodeValue([new Map()], 'unit "f"')).toThrow('a Map at /0');
    expect(() => encodeValue(new BigInt64Array(1), 'unit "f"')).toThrow('a BigInt64Array at its top');
  });
});
