import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { numberLines } from './number-lines.ts';

const member = (text: string) => ({
  name: 'x',
  bytes: 0,
  async *chunks() {
    yield new Uint8Array(gzipSync(text));
  },
});
const floats = { create: (length: number) => new Float32Array(length), whole: false };

it('unpacks no more numbers than are expected, in lines or in one', async () => {
  for (const text of ['0,'.repeat(1_000_000), '0\n'.repeat(1_000_000)])
    await expect(numberLines(member(text), 'X', { ...floats, most: 1000 })).rejects.toMatchObject({
      code: 'limit',
      message: 'data: X has more than 1000 numbers, which are all that is expected of it',
    });
  expect((await numberLines(member('1,2\n3,4'), 'X', { ...floats, most: 4 })).values).toEqual(
    Float32Array.of(1, 2, 3, 4),
  );
});
