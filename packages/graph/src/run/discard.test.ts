import type { Tensor as OrtTensor } from 'onnxruntime-common';
import * as ort from 'onnxruntime-node';
import { describe, expect, test, vi } from 'vitest';

const tensor = (): Record<string, OrtTensor> => ({ y: new ort.Tensor('float32', new Float32Array(1000), [1000]) });

describe('discard', () => {
  test('empties the arrays of results', async () => {
    const { discard } = await import('./discard.ts');
    const results = tensor();
    const { buffer } = results.y!.data as Float32Array;
    discard(results);
    expect(buffer.byteLength).toBe(0);
  });

  test('does so by transfer where there is one', async () => {
    vi.resetModules();
    const native = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'transfer');
    const transfer = vi.fn();
    Object.defineProperty(ArrayBuffer.prototype, 'transfer', { value: transfer, configurable: true, writable: true });
    try {
      const { discard } = await import('./discard.ts');
      discard(tensor());
      expect(transfer).toHaveBeenCalledWith(0);
    } finally {
      Reflect.deleteProperty(ArrayBuffer.prototype, 'transfer');
      if (native) Object.defineProperty(ArrayBuffer.prototype, 'transfer', native);
      vi.resetModules();
    }
  });
});
