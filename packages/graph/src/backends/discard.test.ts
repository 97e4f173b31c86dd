import * as ort from 'onnxruntime-node';
import { describe, expect, test, vi } from 'vitest';

const results = (length: number): Record<string, ort.Tensor> => ({
  y: new ort.Tensor('float32', new Float32Array(length), [length]),
});

const LARGE = 20_000;

describe('discard', () => {
  test('empties the large arrays of results', async () => {
    const { discard } = await import('./discard.ts');
    const [large, small] = [results(LARGE), results(100)];
    const buffers = [large, small].map(({ y }) => (y!.data as Float32Array).buffer);
    discard(large);
    discard(small);
    expect(buffers.map(({ byteLength }) => byteLength)).toEqual([0, 400]);
  });

  test('does so by transfer where there is one', async () => {
    vi.resetModules();
    const native = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'transfer');
    const transfer = vi.fn();
    Object.defineProperty(ArrayBuffer.prototype, 'transfer', { value: transfer, configurable: true, writable: true });
    try {
      const { discard } = await import('./discard.ts');
      discard(results(LARGE));
      expect(transfer).toHaveBeenCalledWith(0);
    } finally {
      Reflect.deleteProperty(ArrayBuffer.prototype, 'transfer');
      if (native) Object.defineProperty(ArrayBuffer.prototype, 'transfer', native);
      vi.resetModules();
    }
  });
});
