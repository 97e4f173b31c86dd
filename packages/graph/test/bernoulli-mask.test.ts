import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../src/backends/node.ts';
import { type AnyGraph, bernoulliMask, i32, input, type Shape, ShapeError, trace } from '../src/index.ts';
import { array, evaluateGraph, runGraph } from './support.ts';

const runtime = nodeRuntime({ threads: 2 });

interface Draw {
  readonly seed: number;
  readonly step: number;
  readonly keep: number;
  readonly stream: number;
}

const FIRST: Draw = { seed: 1, step: 0, keep: 0.5, stream: 0 };

function graphOf(shape: Shape, { keep, stream }: Draw): AnyGraph {
  return trace({ key: i32(2) }, ({ key }) => ({ y: bernoulliMask(key, shape, keep, stream) }));
}

const keyOf = ({ seed, step }: Draw) => ({ key: array([2], 'int32', [seed, step]) });

const draw = (count: number, each: Draw): Float64Array => evaluateGraph(graphOf([count], each), keyOf(each)).y!;

const mean = (x: Float64Array) => x.reduce((sum, v) => sum + v, 0) / x.length;

/**
 * χ² of the patterns that k fair masks form, entry by entry, against 2^k equally likely ones. It has 2^k − 1 degrees of freedom: mean
 * 2^k − 1, standard deviation √(2 (2^k − 1)).
 */
function patterns(masks: readonly Float64Array[]): { chi2: number; degrees: number } {
  const counts = new Float64Array(2 ** masks.length);
  const entries = masks[0]!.length;
  for (let i = 0; i < entries; i++) counts[masks.reduce((code, mask) => 2 * code + mask[i]!, 0)]!++;
  const expected = entries / counts.length;
  return { chi2: counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0), degrees: counts.length - 1 };
}

/** Within five standard deviations on both sides: a χ² that is far too small is no more random than one that is too large. */
function expectFair(masks: readonly Float64Array[], what: string): void {
  const { chi2, degrees } = patterns(masks);
  expect(Math.abs(chi2 - degrees) / Math.sqrt(2 * degrees), `${what}: χ² ${chi2} of ${degrees}`).toBeLessThan(5);
}

describe('bernoulliMask', () => {
  test.each<[Shape, Draw]>([
    [[1], FIRST],
    [[3, 7], { seed: -5, step: 9, keep: 0.3, stream: 4 }],
    [[2, 1, 4, 4], { seed: 2 ** 31 - 1, step: -1, keep: 0.6, stream: 2 ** 32 - 1 }],
    [[100_001], { seed: 77, step: 123_456, keep: 0.9, stream: 1 }],
    [[0, 3], FIRST],
  ])('gives %j by ONNX Runtime bit for bit as by evaluate', async (shape, each) => {
    const graph = graphOf(shape, each);
    const { y } = await runGraph(graph, keyOf(each), runtime);
    expect(y).toEqual(evaluateGraph(graph, keyOf(each)).y);
  });

  test('is the same when it is drawn again, and does not depend on how entries are arranged', () => {
    const rows = evaluateGraph(graphOf([40, 25], FIRST), keyOf(FIRST)).y!;
    expect(rows).toEqual(draw(1000, FIRST));
  });

  test.each([0.1, 0.5, 0.6, 0.999])('keeps a share of %d', (keep) => {
    const count = 100_000;
    const deviation = Math.sqrt((keep * (1 - keep)) / count);
    expect(Math.abs(mean(draw(count, { ...FIRST, keep })) - keep)).toBeLessThan(5 * deviation);
  });

  test('keeps nothing at 0 and everything at 1', () => {
    expect(mean(draw(1001, { ...FIRST, keep: 0 }))).toBe(0);
    expect(mean(draw(1001, { ...FIRST, keep: 1 }))).toBe(1);
  });

  const variants: [string, (i: number) => Partial<Draw>][] = [
    ['steps', (i) => ({ step: i })],
    ['seeds', (i) => ({ seed: i })],
    ['seeds that differ in high bits', (i) => ({ seed: i << 28 })],
    ['streams', (i) => ({ stream: i })],
    ['seeds and steps that change together', (i) => ({ seed: i, step: i, stream: i })],
  ];
  test.each(variants)('is independent between neighbouring %s', (what, change) => {
    const masks = Array.from({ length: 8 }, (_, i) => draw(65_536, { ...FIRST, ...change(i) }));
    expectFair(masks, what);
  });

  test('is independent between entries that are near, a power of two apart, or half of the mask apart', () => {
    const count = 2 ** 17;
    const mask = draw(count, FIRST);
    for (const distance of [1, 2, 3, 16, 256, 4096, count / 2]) {
      const pairs = [mask.subarray(0, count - distance), mask.subarray(distance)];
      expectFair(pairs, `distance ${distance}`);
    }
    expectFair(
      Array.from({ length: 8 }, (_, i) => mask.subarray(i * 16_384, (i + 1) * 16_384)),
      'eighths',
    );
    expectFair(
      Array.from({ length: 8 }, (_, i) => mask.filter((_, at) => at % 8 === i)),
      'neighbours of eight',
    );
  });

  test('refuses what is out of range', () => {
    const key = input('key', [2], 'int32');
    const wrong = input('key', [2], 'float32');
    expect(() => bernoulliMask(wrong, [3], 0.5, 0)).toThrow('bernoulliMask: the key is float32[2], int32[2] is needed');
    expect(() => bernoulliMask(key, [3], 1.5, 0)).toThrow('bernoulliMask: keep is 1.5; it must lie in 0 … 1');
    expect(() => bernoulliMask(key, [3], Number.NaN, 0)).toThrow(ShapeError);
    expect(() => bernoulliMask(key, [-1], 0.5, 0)).toThrow('bernoulliMask: [-1] is not a shape');
    expect(() => bernoulliMask(key, [3], 0.5, -1)).toThrow('bernoulliMask: stream is -1; a whole number in 0 …');
  });
});
