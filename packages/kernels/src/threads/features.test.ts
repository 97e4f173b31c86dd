import fc from 'fast-check';
import { expect, it } from 'vitest';
import { copyFeatures, placeFeatures } from './features.ts';
import { divide } from './team.ts';

it('features go part after part and come back', () => {
  const problem = fc.record({
    rows: fc.integer({ min: 1, max: 7 }),
    width: fc.integer({ min: 1, max: 90 }),
    threads: fc.integer({ min: 1, max: 5 }),
    // Where arrays begin at an odd float32, two can't be taken at a time.
    offset: fc.integer({ min: 0, max: 1 }),
  });
  fc.assert(
    fc.property(problem, ({ rows, width, threads, offset }) => {
      const edges = divide(width, threads);
      const fresh = () => new Float32Array(new SharedArrayBuffer(4 * (rows * width + offset)), 4 * offset);
      const [source, parts, back] = [fresh(), fresh(), fresh()];
      source.forEach((_, i) => {
        source[i] = i;
      });
      copyFeatures(source, parts, edges);
      const expected = edges.slice(1).flatMap((edge, part) =>
        Array.from({ length: rows }, (_, row) => {
          const first = row * width + edges[part]!;
          return Array.from({ length: edge - edges[part]! }, (_, d) => first + d);
        }).flat(),
      );
      expect([...parts]).toEqual(expected);
      placeFeatures(parts, back, edges);
      expect(back).toEqual(source);
    }),
  );
});

it.each([
  [64, 2, [0, 32, 64]],
  [64, 3, [0, 16, 48, 64]],
  [40, 2, [0, 16, 40]],
  [31, 4, [0, 31]],
  [6, 2, [0, 6]],
  [256, 1, [0, 256]],
])('%i features for %i threads are parts of whole cache lines but for the last', (width, threads, edges) => {
  expect(divide(width, threads)).toEqual(edges);
});
