import { expect, it } from 'vitest';
import { packed } from './packed.ts';

it('sends copies with buffers of their own, no larger than the views', () => {
  const memory = new Float32Array(1000).fill(3);
  const given = {
    name: 'f',
    parts: [memory.subarray(10, 12), { more: Int32Array.of(1, 2, 3) }],
    none: undefined,
    zero: 0,
  };
  const { value, buffers } = packed(given);
  expect(value).toEqual(given);
  expect(buffers.map(({ byteLength }) => byteLength)).toEqual([8, 12]);
  structuredClone(value, { transfer: buffers });
  expect(memory.length).toBe(1000);
  expect((given.parts[0] as Float32Array).length).toBe(2);
});
