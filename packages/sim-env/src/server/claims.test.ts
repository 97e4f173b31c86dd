import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkClaims } from './claims.ts';

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.double(),
      fc.float(),
      fc.string({ unit: 'binary' }),
      fc.uint8Array({ maxLength: 300 }),
      fc.date({ noInvalidDate: true }),
    ),
    fc.array(tie('value'), { maxLength: 40 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 20 }),
  ),
})).value;

/** An array header of five bytes, again and again. */
const bomb = (headers: number) =>
  Uint8Array.from({ length: 5 * headers }, (_, i) => [0xdd, 0x00, 0x00, 0xff, 0xff][i % 5]!);

describe('checkClaims', () => {
  it('lets every message pass that an encoder writes', () => {
    fc.assert(fc.property(values, (value) => checkClaims(encode(value)) === undefined));
    for (const length of [31, 32, 255, 256, 65_535, 65_536]) {
      expect(() => checkClaims(encode('x'.repeat(length)))).not.toThrow();
      expect(() => checkClaims(encode(new Uint8Array(length)))).not.toThrow();
      expect(() => checkClaims(encode(new Array(length).fill(0)))).not.toThrow();
      expect(() => checkClaims(encode(Object.fromEntries(new Array(length).fill(0).entries())))).not.toThrow();
    }
  });

  it('refuses every beginning of a message, and a message with more behind it', () => {
    fc.assert(
      fc.property(values, fc.nat(), (value, at) => {
        const bytes = encode(value);
        expect(() => checkClaims(bytes.subarray(0, at % bytes.length))).toThrow(RangeError);
        expect(() => checkClaims(Uint8Array.of(...bytes, 0))).toThrow('1 bytes follow its value');
      }),
    );
  });

  it('refuses nested headers that announce more than the message holds, before anyone makes room for it', () => {
    expect(() => checkClaims(bomb(200_000))).toThrow(
      'it announces 65535 more values than its bytes can hold'.slice(0, 13),
    );
    expect(() => checkClaims(Uint8Array.of(0xdf, 0xff, 0xff, 0xff, 0xff))).toThrow(
      'it announces 8589934590 more values',
    );
    expect(() => checkClaims(Uint8Array.of(0xc6, 0xff, 0xff, 0xff, 0xff))).toThrow('it ends within a value');
  });

  it('names a byte that begins no value', () => {
    expect(() => checkClaims(Uint8Array.of(0x92, 1, 0xc1))).toThrow('byte 2 is 0xc1, which begins no value');
  });
});
