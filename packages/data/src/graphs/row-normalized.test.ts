import { describe, expect, it } from 'vitest';
import { rowNormalized } from './row-normalized.ts';

describe('rowNormalized', () => {
  it('makes rows sum to 1 and leaves empty ones', () => {
    const features = {
      rows: 2,
      cols: 3,
      starts: Int32Array.of(0, 2, 2),
      columns: Int32Array.of(0, 2),
      values: Float32Array.of(1, 3),
    };
    expect([...rowNormalized(features).values]).toEqual([0.25, 0.75]);
    const cancelling = { rows: 1, cols: 3, starts: Int32Array.of(0, 3), columns: Int32Array.of(0, 1, 2) };
    expect(() => rowNormalized({ ...cancelling, values: Float32Array.of(1, -1, 1e-40) })).toThrow(
      'by which float32 cannot be divided',
    );
  });
});
