import { createRandom } from '@unbraid/kernels';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Dimension, drawConfiguration, gridAt, holds, numberOf, spaceSize } from './space.ts';

const width: Dimension = { kind: 'integer', from: 8, to: 30, step: 8, log: false, list: true };
const loss: Dimension = { kind: 'choices', values: ['squared', 'crossEntropy'] };

describe('a space', () => {
  it('has a grid in which the last setting changes first', () => {
    expect(spaceSize({ loss, width })).toBe(6);
    const all = Array.from({ length: 6 }, (_, i) => gridAt({ loss, width }, i));
    expect(all.map((each) => `${each.loss} ${JSON.stringify(each.width)}`)).toEqual([
      'squared [8]',
      'squared [16]',
      'squared [24]',
      'crossEntropy [8]',
      'crossEntropy [16]',
      'crossEntropy [24]',
    ]);
    expect(spaceSize({})).toBe(1);
    expect(gridAt({}, 0)).toEqual({});
  });

  const ranges = fc
    .record({
      kind: fc.constantFrom('real' as const, 'integer' as const),
      from: fc.integer({ min: 1, max: 50 }),
      length: fc.integer({ min: 1, max: 500 }),
      step: fc.integer({ min: 1, max: 7 }),
      log: fc.boolean(),
      list: fc.boolean(),
    })
    .map(({ kind, from, length, step, log, list }): Dimension => {
      const shared = { from, to: from + length, log, list };
      return kind === 'real' ? { kind, ...shared } : { kind, ...shared, step: log ? 1 : step };
    });

  it('holds what is drawn from it, the same for the same seed', () => {
    fc.assert(
      fc.property(ranges, fc.nat(), (dimension, seed) => {
        const space = { dimension, loss };
        const drawn = drawConfiguration(space, createRandom(seed));
        expect(holds(dimension, drawn.dimension!)).toBe(true);
        expect(holds(loss, drawn.loss!)).toBe(true);
        expect(drawConfiguration(space, createRandom(seed))).toEqual(drawn);
      }),
    );
  });

  it('draws magnitudes with the same probability', () => {
    const rate = { kind: 'real', from: 1e-4, to: 1, log: true, list: false } as const;
    const random = createRandom(1);
    const below = Array.from({ length: 4000 }, (_, i) => {
      const value = drawConfiguration({ rate }, random.split(i)).rate!;
      return Number(numberOf(rate, value)! < 1e-2);
    });
    const share = below.reduce((a, b) => a + b) / below.length;
    // Half of them, within four standard errors.
    expect(Math.abs(share - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / below.length));
  });

  it('holds no other values', () => {
    expect(holds(width, [24])).toBe(true);
    for (const value of [[25], [30], [32], 24, [8, 16], 'a', null]) expect(holds(width, value)).toBe(false);
    expect(holds(loss, 'hinge')).toBe(false);
  });
});
