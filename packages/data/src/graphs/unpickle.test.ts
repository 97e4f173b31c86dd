import { describe, expect, it } from 'vitest';
import { dictionary, integer, list, numpyArray, pickleBytes, scipyCsr, text, tuple } from '../../test/pickle-bytes.ts';
import { pickledMatrix, pickledNumbers } from './pickled.ts';
import { unpickle } from './unpickle.ts';

describe('unpickle', () => {
  it('reads numbers, text, lists, tuples and dictionaries', () => {
    const value = unpickle(
      pickleBytes(dictionary([[text('a'), list([integer(-3), tuple([integer(70000), text('\xff')])])]])),
    );
    expect(value).toEqual(new Map([['a', [-3, [70000, '\xff']]]]));
  });

  it('reads arrays of NumPy', () => {
    const value = unpickle(pickleBytes(numpyArray('f8', [2, 2], Float64Array.of(1.5, 2, -3, 1e300))));
    expect(pickledNumbers(value, 'x')).toEqual({
      shape: [2, 2],
      data: Float64Array.of(1.5, 2, -3, 1e300),
      columnMajor: false,
    });
  });

  it('reads CSR matrices of SciPy', () => {
    const attribute = pickledMatrix(unpickle(pickleBytes(scipyCsr([2, 3], [0, 1, 2], [2, 0], [0.5, 4]))), 'x');
    expect(attribute('_shape')).toEqual([2, 3]);
    expect([...pickledNumbers(attribute('data'), 'data').data]).toEqual([0.5, 4]);
  });

  it.each([
    ['os.system', 'cos\nsystem\n'],
    ['posix.system', 'cposix\nsystem\n'],
    ['builtins.eval', 'cbuiltins\neval\n'],
    ['numpy.load', 'cnumpy\nload\n'],
  ])('refuses a pickle that asks for %s, and runs nothing', (asked, operation) => {
    const bytes = pickleBytes(operation, tuple([text('touch /tmp/x')]), 'R');
    expect(() => unpickle(bytes, 'evil.pkl')).toThrow(
      `data: evil.pkl asks for ${asked}; only NumPy arrays and SciPy CSR matrices`,
    );
  });

  it.each<[string, Uint8Array, string]>([
    ['an operation that arrays do not need', pickleBytes('i'), 'has the pickle operation 0x69'],
    ['a later protocol', Uint8Array.of(0x80, 6, 0x2e), 'is a pickle of protocol 6; save it with protocol 5 or less'],
    ['the end too early', pickleBytes(integer(1)).subarray(0, 5), 'is truncated: 4 bytes are missing at byte 3'],
    ['no end', Uint8Array.of(0x80, 2), 'is truncated: 1 bytes are missing'],
    ['nothing at all to return', pickleBytes(), 'is damaged or no pickle'],
    ['appending to a number', pickleBytes(integer(1), integer(1), 'a'), 'appends to no list'],
    ['a call of a number', pickleBytes(integer(1), ')', 'R'), 'makes an object of no type'],
    ['an unknown memo', pickleBytes([0x68, 7]), 'nothing under 7'],
  ])('says what is wrong with %s', (_, bytes, message) => {
    expect(() => unpickle(bytes, 'x.pkl')).toThrow(message);
  });

  it('says what is wrong with an array', () => {
    const short = unpickle(pickleBytes(numpyArray('f8', [3], Float64Array.of(1))));
    expect(() => pickledNumbers(short, 'x')).toThrow("3 values of type f8 don't take 8 bytes");
    const object = unpickle(pickleBytes(numpyArray('O8', [1], Float64Array.of(1))));
    expect(() => pickledNumbers(object, 'x')).toThrow('x has values of type O8');
    expect(() => pickledNumbers(3, 'x')).toThrow('x is not a NumPy array');
    expect(() => pickledMatrix(null, 'x')).toThrow('x is not a SciPy CSR matrix');
  });
});
