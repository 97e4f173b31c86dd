import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage, MessageError } from './wire.ts';

const arrays = fc.oneof(
  fc.float32Array(),
  fc.float64Array(),
  fc.int8Array(),
  fc.int16Array(),
  fc.int32Array(),
  fc.uint8Array(),
  fc.uint16Array(),
  fc.uint32Array(),
);

describe('a message', () => {
  it('brings typed arrays of every type as they were, wherever they begin', () => {
    fc.assert(
      fc.property(arrays, fc.string(), (array, text) => {
        const message = { text, array, nested: [{ array: array.subarray(1) }] };
        expect(decodeMessage(encodeMessage(message))).toEqual(message);
      }),
    );
  });

  it('leaves out what is undefined', () => {
    expect(decodeMessage(encodeMessage({ a: undefined, b: null }))).toEqual({ b: null });
  });

  it.each([
    ['an array of no type', [0xc7, 2, 1, 99, 0], 'an array is of type 99, which is none'],
    ['half an element', [0xc7, 4, 1, 0, 1, 2, 3], '3 bytes are no array of float32'],
    ['an empty extension', [0xc7, 0, 1], 'an array is of type undefined, which is none'],
    ['no bytes', [], 'it announces 1 more values'],
    ['a prototype', [0x81, 0xa9, ...Buffer.from('__proto__'), 0x80], 'The key __proto__ is not allowed'],
    ['text that is no UTF-8', [0xa2, 0xc3, 0x28], undefined],
  ])('is refused, or read, without harm: %s', (_, bytes, complaint) => {
    if (complaint === undefined) expect(typeof decodeMessage(Uint8Array.from(bytes))).toBe('string');
    else expect(() => decodeMessage(Uint8Array.from(bytes))).toThrow(complaint);
  });

  it('is refused by an error of its own kind', () => {
    expect(() => decodeMessage(Uint8Array.of(0xc1))).toThrow(MessageError);
  });
});
