import { createRandom } from '@unbraid/kernels';
import { describe, expect, it } from 'vitest';
import { randomSplit } from './splits.ts';

describe('randomSplit', () => {
  it('takes each labelled node once, in the fractions asked for', () => {
    const labels = Int32Array.from({ length: 103 }, (_, i) => (i < 3 ? -1 : i % 2));
    const { train, validation, test } = randomSplit(labels, createRandom(1));
    expect([train.length, validation.length, test.length]).toEqual([60, 20, 20]);
    expect([...train, ...validation, ...test].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, i) => i + 3),
    );
  });

  it('refuses fractions that leave nothing, and too few nodes', () => {
    expect(() => randomSplit(Int32Array.of(0, 1, -1, -1), createRandom(1))).toThrow(
      'data: a split of 2 labelled nodes leaves none for ',
    );
    expect(() => randomSplit(new Int32Array(9), createRandom(1), { train: 0.8, validation: 0.2 })).toThrow(
      'leaves nothing to test',
    );
  });
});
