import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import * as node from './node.ts';
import * as web from './web.ts';

const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) % 251);

describe('what pages compute is what Node computes', () => {
  test('latin1, every byte and long texts', () => {
    const every = Uint8Array.from({ length: 256 }, (_, i) => i);
    for (const each of [every, bytes, new Uint8Array(0)]) {
      expect(web.latin1(each)).toBe(node.latin1(each));
      expect([...web.latin1Bytes(web.latin1(each))]).toEqual([...each]);
    }
  });

  test('zlib streams, whole and their beginning', () => {
    const packed = deflateSync(bytes);
    for (const { inflate, inflateBeginning } of [node, web]) {
      expect(Buffer.compare(inflate(packed, bytes.length)!, bytes)).toBe(0);
      expect(inflate(packed, bytes.length - 1)).toBeUndefined();
      expect([...inflateBeginning(packed.subarray(0, 300)).subarray(0, 40)]).toEqual([...bytes.subarray(0, 40)]);
      expect(() => inflate(Uint8Array.of(1, 2, 3, 4, 5, 6), 100)).toThrow();
      expect(() => inflate(packed.subarray(0, packed.length - 200), bytes.length)).toThrow();
    }
  });

  test('a stream that unpacks to far more than is allowed ends early', () => {
    const bomb = deflateSync(new Uint8Array(2 ** 28));
    expect(web.inflate(bomb, 1000)).toBeUndefined();
  });

  test('tables, with quotes and a byte-order mark, and what is not UTF-8', () => {
    const text = new TextEncoder().encode('\uFEFFa,b\n1,"x, ""y"""\n2,ü\n');
    const options = { bom: true } as const;
    expect(web.parseCsv(web.utf8Text(text) as string, options)).toEqual(
      node.parseCsv(node.utf8Text(text) as Buffer, options),
    );
    for (const { utf8Text } of [node, web]) expect(utf8Text(Uint8Array.of(0xc3, 0x28))).toBeUndefined();
  });
});
