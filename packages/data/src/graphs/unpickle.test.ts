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
    const negative = unpickle(pickleBytes(numpyArray('f8', [-1], new Float64Array())));
    expect(() => pickledNumbers(negative, 'x')).toThrow('x is damaged: an axis of its shape is -1');
    const object = unpickle(pickleBytes(numpyArray('O8', [1], Float64Array.of(1))));
    expect(() => pickledNumbers(object, 'x')).toThrow('x has values of type O8');
    expect(() => pickledNumbers(3, 'x')).toThrow('x is not a NumPy array');
    expect(() => pickledMatrix(null, 'x')).toThrow('x is not a SciPy CSR matrix');
  });

  it('reads text of Python 3 as UTF-8, and bytes of Python 2 and 3 as they are', () => {
    const utf8 = [...new TextEncoder().encode('Zürich ☃')];
    const word = (value: number) => [value, 0, 0, 0];
    const read = (...parts: (string | number[])[]) => unpickle(pickleBytes(...parts));
    expect(read([0x58, ...word(utf8.length), ...utf8])).toBe('Zürich ☃');
    expect(read([0x8c, utf8.length, ...utf8])).toBe('Zürich ☃');
    expect(() => read([0x8c, 1, 0xff])).toThrow('a text that is not UTF-8');
    expect(read([0x55, 2, 0xc3, 0xbc])).toBe('\xc3\xbc');
    expect(read([0x43, 2, 0xc3, 0xbc])).toEqual(Uint8Array.of(0xc3, 0xbc));
    const encode = (text: string, name: string) => [
      ...Buffer.from('c_codecs\nencode\n('),
      ...[0x58, ...word(Buffer.byteLength(text)), ...Buffer.from(text)],
      ...[0x58, ...word(name.length), ...Buffer.from(name), 0x74, 0x52],
    ];
    expect(read(encode('é\0', 'latin1'))).toEqual(Uint8Array.of(0xe9, 0));
    expect(() => read(encode('☃', 'latin1'))).toThrow('text as bytes that is not latin1');
    expect(() => read(encode('x', 'rot13'))).toThrow('bytes of something else than latin1 text');
  });

  it('reads the operations of protocol 0', () => {
    const lines = String.raw`(dp0
S'a\x00\'\n'
p1
(lp2
I3
aL-7L
aF0.5
aI01
aNaV\u263a
asS'b'
(g1
tp4
s.`;
    const value = unpickle(Buffer.from(lines, 'latin1'));
    expect(value).toEqual(
      new Map<string, unknown>([
        ["a\0'\n", [3, -7, 0.5, true, null, '\u263a']],
        ['b', ["a\0'\n"]],
      ]),
    );
  });

  it('reads the same from a Buffer, from the middle of one, and from a Uint8Array', () => {
    const bytes = pickleBytes(tuple([[0x47, 0x40, 0x09, 0x21, 0xfb, 0x54, 0x44, 0x2d, 0x18], integer(-5)]));
    const pool = Buffer.concat([Buffer.alloc(5), bytes, Buffer.alloc(3)]);
    for (const source of [Buffer.from(bytes), pool.subarray(5, 5 + bytes.length), bytes, [...bytes]])
      expect(unpickle(source)).toEqual([Math.PI, -5]);
  });

  it('reads big-endian numbers, and refuses integers that float64 does not hold', () => {
    const array = (type: string, bytes: Uint8Array, order = '<') => {
      const made = numpyArray(type, [1], bytes)
        .map((byte) => String.fromCharCode(byte))
        .join('');
      return pickledNumbers(unpickle(pickleBytes(made.replace('T\x01\0\0\0<', `T\x01\0\0\0${order}`))), 'x').data[0];
    };
    expect(array('i4', Uint8Array.of(0, 0, 1, 2), '>')).toBe(258);
    expect(array('i8', new Uint8Array(BigInt64Array.of(-(2n ** 53n) + 1n).buffer))).toBe(-(2 ** 53) + 1);
    expect(() => array('i8', new Uint8Array(BigInt64Array.of(2n ** 53n).buffer))).toThrow(
      'data: x has the integer 9007199254740992 at 0, which is beyond 2^53',
    );
    expect(() => unpickle(pickleBytes([0x8a, 8, 0, 0, 0, 0, 0, 0, 0, 0x40]))).toThrow('which is beyond 2^53');
    expect(unpickle(pickleBytes([0x8a, 8, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))).toBe(-2);
  });

  describe('refuses in one line, soon and in little memory,', () => {
    const many = (count: number, part: string) => part.repeat(count);
    it.each<[string, Uint8Array]>([
      ['marks without end', pickleBytes(many(300_000, '('))],
      ['lists in lists', pickleBytes(many(300_000, ']'), many(299_999, 'a'), 'b')],
      [
        'tuples of the same tuple twice, which would have 2^100000 parts',
        pickleBytes('N', many(100_000, '2\x86'), 'b'),
      ],
      ['a list in itself', pickleBytes(']q\0', many(100_000, 'h\0a'), 'b')],
      ['dictionaries by the thousand', pickleBytes(many(100_000, '}'))],
      ['lengths beyond the file', pickleBytes([0x8e, 255, 255, 255, 255, 255, 255, 255, 127])],
      ['a long integer', pickleBytes([0x8b, 0xff, 0xff, 0xff, 0x7f])],
      ['a long decimal', pickleBytes(`L${'9'.repeat(300_000)}L\n`)],
      ['a long name', pickleBytes(`c${'x'.repeat(300_000)}\ny\n`)],
      ['a name on several lines', pickleBytes([0x8c, 2, 0x61, 0x0a, 0x8c, 1, 0x62, 0x93])],
      [
        'a text that is made bytes again and again',
        pickleBytes(
          ...['c_codecs\nencode\nq\0', [0x58, 0, 0, 1, 0], 'x'.repeat(65_536), [0x58, 6, 0, 0, 0], 'latin1\x86q\x01'],
          many(20_000, 'h\0h\x01R'),
        ),
      ],
    ])('%s', (_, bytes) => {
      const start = performance.now();
      expect(() => unpickle(bytes, 'evil.pkl')).toThrow(/^data: evil\.pkl [^\n]{5,400}$/);
      expect(performance.now() - start).toBeLessThan(5000);
    });
  });
});
