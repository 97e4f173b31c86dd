import { expect, it } from 'vitest';
import { drawParts } from './splits.ts';

it('draws parts of graphs of any number of nodes', () => {
  const labels = Int32Array.from({ length: 400_000 }, (_, i) => Number(i % 200 === 0));
  const { train, validation, test } = drawParts(labels, 2, { stratified: true, train: 0.6, validation: 0.2 }, 1);
  expect([train.length, validation.length, test.length]).toEqual([240_000, 80_000, 80_000]);
  expect(train.filter((node) => labels[node] === 1)).toHaveLength(1200);
});
