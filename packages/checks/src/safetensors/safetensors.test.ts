import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeSafetensors } from './decode.ts';
import { encodeSafetensors } from './encode.ts';
import { requireTensor, type SafeTensor } from './safetensors.ts';

/** Written by python/fixtures/safetensors_fixture.py with Python's safetensors. */
const fixture = (name: string) => new Uint8Array(readFileSync(new URL(`../../test/fixtures/${name}`, import.meta.url)));
const pythonFile = fixture('python.safetensors');
const pythonMetadata = { 'made by': 'python, ünïcode' };
const pythonTensors: Record<string, SafeTensor> = {
  weights: { dtype: 'F32', shape: [2, 3], data: Float32Array.of(0.5, -1.25, 3e38, 1e-45, -0, 7) },
  precise: { dtype: 'F64', shape: [2], data: Float64Array.of(Math.PI, -1e300) },
  counts: { dtype: 'I32', shape: [3], data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1, 0) },
  steps: { dtype: 'I64', shape: [], data: BigInt64Array.of(2n ** 53n + 1n) },
  pixels: { dtype: 'U8', shape: [5, 1], data: Uint8Array.of(0, 1, 2, 3, 4) },
  flags: { dtype: 'BOOL', shape: [3], data: Uint8Array.of(1, 0, 1) },
  nothing: { dtype: 'F32', shape: [0, 3], data: new Float32Array(0) },
};

const tensor: fc.Arbitrary<SafeTensor> = fc.oneof(
  fc.float32Array().map((data) => ({ dtype: 'F32' as const, shape: [data.length], data })),
  fc.float64Array().map((data) => ({ dtype: 'F64' as const, shape: [1, data.length], data })),
  fc.int32Array().map((data) => ({ dtype: 'I32' as const, shape: [data.length, 1], data })),
  fc.bigInt64Array({ minLength: 1, maxLength: 1 }).map((data) => ({ dtype: 'I64' as const, shape: [], data })),
  fc.uint8Array().map((data) => ({ dtype: 'U8' as const, shape: [data.length], data })),
  fc.uint8Array({ max: 1 }).map((data) => ({ dtype: 'BOOL' as const, shape: [data.length], data })),
);
const text = fc.string({ unit: 'grapheme' });
const name = text.filter((key) => key !== '__metadata__');

describe('with the reference implementation', () => {
  test('the file that Python wrote is read', () => {
    expect(decodeSafetensors(pythonFile)).toEqual({ tensors: pythonTensors, metadata: pythonMetadata });
  });

  test('halves that Python wrote become float32', () => {
    const { tensors } = decodeSafetensors(fixture('python-halves.safetensors'));
    const data = Float32Array.of(0.5, -2, 1 + 2 ** -7, Number.POSITIVE_INFINITY, Number.NaN, -0);
    expect(tensors).toEqual({
      half: { dtype: 'F32', shape: [2, 3], data },
      brain: { dtype: 'F32', shape: [2, 3], data },
      tiny: { dtype: 'F32', shape: [1], data: Float32Array.of(2 ** -24) },
    });
  });

  test('text with colons, quotes and escapes in it is no name', () => {
    const metadata = { 'a":b': 'c:\\', '::': '"' };
    expect(decodeSafetensors(encodeSafetensors({ '": {': pythonTensors.flags! }, metadata)).metadata).toEqual(metadata);
  });

  test('the same tensors give the same bytes as Python', () => {
    expect(encodeSafetensors(pythonTensors, pythonMetadata)).toEqual(pythonFile);
  });
});

test('tensors and metadata survive the round trip', () => {
  fc.assert(
    fc.property(fc.dictionary(name, tensor), fc.dictionary(text, text), (tensors, metadata) => {
      const decoded = decodeSafetensors(encodeSafetensors(tensors, metadata));
      expect(Object.entries(decoded.tensors).sort()).toEqual(Object.entries(tensors).sort());
      expect(Object.entries(decoded.metadata).sort()).toEqual(Object.entries(metadata).sort());
    }),
  );
});

test('the order in which tensors were named does not change the bytes', () => {
  const reversed = Object.fromEntries(Object.entries(pythonTensors).reverse());
  expect(encodeSafetensors(reversed, pythonMetadata)).toEqual(pythonFile);
});

test('aligned tensors are views, tensors in a shifted buffer are copies of the same values', () => {
  expect(decodeSafetensors(pythonFile).tensors.weights?.data.buffer).toBe(pythonFile.buffer);
  const shifted = new Uint8Array(pythonFile.length + 1);
  shifted.set(pythonFile, 1);
  expect(decodeSafetensors(shifted.subarray(1)).tensors).toEqual(pythonTensors);
  expect(decodeSafetensors(Buffer.from(shifted.buffer, 1)).tensors).toEqual(pythonTensors);
});

describe('damage', () => {
  test('every cut of the file is an error in one line', () => {
    for (let length = 0; length < pythonFile.length; length++) {
      expect(() => decodeSafetensors(pythonFile.subarray(0, length), 'w.safetensors')).toThrow(
        /^data: w\.safetensors is (truncated|not a safetensors file).*$/,
      );
    }
  });

  test('whatever byte is changed, the file decodes or says what is wrong with it', () => {
    fc.assert(
      fc.property(fc.nat(pythonFile.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = pythonFile.slice();
        damaged[at]! ^= change;
        try {
          decodeSafetensors(damaged);
        } catch (error) {
          expect((error as Error).message).toMatch(/^data: /);
        }
      }),
    );
  });

  test('bytes after the last tensor are refused', () => {
    expect(() => decodeSafetensors(Uint8Array.of(...pythonFile, 0))).toThrow(
      'has bytes after its last tensor: its tensors take 68 bytes, and it has 69 bytes of data',
    );
  });

  const withHeader = (header: unknown, dataBytes: number) => {
    const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
    const bytes = new Uint8Array(8 + json.length + dataBytes);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
    bytes.set(json, 8);
    bytes.fill(7, 8 + json.length);
    return bytes;
  };
  const two = { dtype: 'F32', shape: [2] };

  test.each([
    ['{"a":', 'is damaged: its header is not valid JSON'],
    ['"text"', 'not a safetensors file'],
    [{ a: { ...two, data_offsets: [0, 4] } }, 'tensor "a", F32 [2], takes 8 bytes, and its offsets give it 4'],
    [{ a: { ...two, data_offsets: [4, 12] } }, 'tensor "a" begins at byte 4 of the data, the one before it ends at 0'],
    [
      { a: { ...two, data_offsets: [0, 8] }, b: { ...two, data_offsets: [4, 12] } },
      'tensor "b" begins at byte 4 of the data, the one before it ends at 8',
    ],
    [
      { a: { ...two, dtype: 'F8_E4M3', data_offsets: [0, 2] } },
      'is "F8_E4M3"; supported are I64, F64, F32, I32, U8, BOOL, F16, BF16',
    ],
    [
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}',
      'has a name twice',
    ],
    ['{"a":{"dtype":"F64","dtype":"F32","shape":[3],"data_offsets":[0,12]}}', 'its header has a name twice'],
    [
      '{"__metadata__":{"k":"1","k":"2"},"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}',
      'its header has a name twice',
    ],
    [{ a: { ...two, data_offsets: [0, 8], strides: [1] } }, 'or has more than these'],
    [{ a: { ...two, shape: [2 ** 52, 2 ** 52], data_offsets: [0, 12] } }, 'takes 8.112963841460668e+31 bytes'],
    [
      { a: { dtype: 'BOOL', shape: [12], data_offsets: [0, 12] } },
      'tensor "a" is BOOL and has bytes that are neither 0 nor 1',
    ],
    [`{"a":${'['.repeat(100_000)}`, 'its header is not valid JSON'],
    [`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'tensor "a" lacks a dtype'],
    [{ a: { ...two, shape: [-2], data_offsets: [0, 8] } }, 'tensor "a" lacks a dtype, a shape or two data_offsets'],
    [{ a: 7 }, 'tensor "a" lacks a dtype'],
    [{ __metadata__: { epoch: 3 } }, 'its __metadata__ does not map names to text'],
  ])('the header %j is refused', (header, message) => {
    expect(() => decodeSafetensors(withHeader(header, 12))).toThrow(message);
  });
});

describe('what cannot be written', () => {
  test.each<[string, SafeTensor, string]>([
    [
      'a shape of another size',
      { dtype: 'F32', shape: [3], data: new Float32Array(2) },
      'has shape [3], its array has 2',
    ],
    [
      'an array of another type',
      { dtype: 'F32', shape: [2], data: new Float64Array(2) as never },
      'needs a Float32Array',
    ],
    [
      'a dtype that objects have',
      { dtype: 'constructor' as never, shape: [0], data: new Float32Array(0) },
      'supported are I64',
    ],
    ['no tensor', undefined as never, 'has dtype undefined; supported are'],
    [
      'no shape',
      { dtype: 'F32', data: new Float32Array(2) } as never,
      'has undefined for a shape; give a list of sizes',
    ],
    ['an unknown dtype', { dtype: 'F16' as never, shape: [0], data: new Float32Array(0) }, 'supported are I64'],
  ])('%s is refused', (_, bad, message) => {
    expect(() => encodeSafetensors({ w: bad })).toThrow(message);
  });

  test('metadata that is no text is refused', () => {
    expect(() => encodeSafetensors({}, { epoch: 3 as never })).toThrow(
      'data: the metadata "epoch" is 3; safetensors keeps text',
    );
  });

  test('the reserved name is refused', () => {
    expect(() => encodeSafetensors({ __metadata__: pythonTensors.flags! })).toThrow('safetensors reserves it');
  });
});

test('a tensor is required by name and dtype', () => {
  const file = { tensors: pythonTensors, metadata: {} };
  expect(requireTensor(file, 'precise', 'F64').data[0]).toBe(Math.PI);
  expect(() => requireTensor(file, 'weights', 'F64')).toThrow('data: tensor "weights" of the safetensors file is F32');
  expect(() => requireTensor(file, 'toString', 'F32')).toThrow('has no tensor "toString"; it has weights, precise, ');
});
