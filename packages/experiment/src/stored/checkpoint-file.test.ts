import { readFileSync } from 'node:fs';
import { encodeSafetensors } from '@unbraid/checks/safetensors';
import { expect, it } from 'vitest';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint-file.ts';

const checkpoint: Checkpoint = {
  kind: 'unit',
  key: 'k=1 / relu',
  value: { loss: Number.NaN, steps: [1, 2], weights: Float32Array.of(1, -0, 2), mask: Uint8Array.of(1, 0, 1) },
  put: {
    reports: 3,
    lines: '{"step":1}\n{"step":2}\n',
    times: {
      seconds: Float64Array.of(0.125, 1.25),
      units: [
        [1, 'k=1 / relu'],
        [1, null],
      ],
    },
    figures: [{ name: 'f', title: 'F', caption: 'ü', svg: '<svg/>' }],
    tables: [{ name: 't', title: 'T', columns: ['a'], rows: [[1], ['NaN']] }],
    artifacts: [{ name: 'a.bin', content: Uint8Array.of(1, 0, 255) }],
  },
  seconds: 1.25,
  run: 'abc',
  environment: { versions: { node: '20' }, machine: { cpu: 'A', cores: 2, memoryGiB: 4, os: 'Linux 1 x64' } },
};

it('gives back everything', () => {
  expect(decodeCheckpoint(encodeCheckpoint(checkpoint))).toStrictEqual(checkpoint);
});

it('notices every flipped bit that changes anything', () => {
  const bytes = encodeCheckpoint(checkpoint);
  let noticed = 0;
  for (let i = 0; i < bytes.length; i++) {
    for (const bit of [1, 32, 128]) {
      const flipped = bytes.slice();
      flipped[i] = flipped[i]! ^ bit;
      try {
        // What is left is the space that pads the header and the case of a JSON escape: the content is the same.
        expect(decodeCheckpoint(flipped)).toStrictEqual(checkpoint);
      } catch (error) {
        expect(error).toHaveProperty('name', 'RunError');
        noticed++;
      }
    }
  }
  expect(noticed).toBeGreaterThan(2.9 * bytes.length);
});

it('notices where the file ends too early', () => {
  const bytes = encodeCheckpoint(checkpoint);
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeCheckpoint(bytes.subarray(0, length))).toThrow(/./);
  }
});

it.each([
  ['text', Buffer.from('some text that is no checkpoint at all'), 'it is not a safetensors file'],
  ['nothing', Buffer.alloc(0), 'it is not a safetensors file'],
  [
    'another safetensors file',
    encodeSafetensors({ w: { dtype: 'F32', shape: [1], data: Float32Array.of(1) } }),
    'it is no checkpoint',
  ],
])('says so when a file holds %s', (_, bytes, message) => {
  expect(() => decodeCheckpoint(bytes)).toThrow(message);
});

it.each([
  ['unit', 'fit'],
  ['state', 'fit\0steps'],
])('reads the %s of an earlier version, which kept no times: its lines are as old as itself', (kind, key) => {
  // Written by encodeCheckpoint of version 0.1.0, before it knew of times.
  const bytes = readFileSync(new URL(`../../test/fixtures/${kind}-without-times.safetensors`, import.meta.url));
  expect(decodeCheckpoint(bytes)).toMatchObject({
    kind,
    key,
    seconds: 1.25,
    put: {
      lines: '{"step":1}\n{"step":2}\n',
      times: { seconds: Float64Array.of(1.25, 1.25), units: [[2, 'fit']] },
    },
  });
});
