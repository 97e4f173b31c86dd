import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { conv2d, dense, initialize, orthogonal } from '../index.ts';

const draw = (rows: number, cols: number, gain: number) => {
  const out = new Float32Array(rows * cols);
  orthogonal(gain).fill(out, createRandom(5), { fanIn: rows, fanOut: cols });
  return out;
};

test.each([
  [4, 64],
  [64, 64],
  [64, 2],
  [1, 1],
])('%i × %i: rows or columns, whichever are fewer, have dot products gain² · I', (rows, cols) => {
  const gain = Math.SQRT2;
  const matrix = draw(rows, cols, gain);
  const fewer = Math.min(rows, cols);
  const at = (k: number, i: number) => (rows < cols ? matrix[k * cols + i]! : matrix[i * cols + k]!);
  for (let a = 0; a < fewer; a++) {
    for (let b = 0; b < fewer; b++) {
      let dot = 0;
      for (let i = 0; i < Math.max(rows, cols); i++) dot += at(a, i) * at(b, i);
      expect(dot).toBeCloseTo(a === b ? gain ** 2 : 0, 5);
    }
  }
});

test('a single entry has either sign, each half of the time', () => {
  const random = createRandom(1);
  let positive = 0;
  for (let i = 0; i < 400; i++) {
    const out = new Float32Array(1);
    orthogonal().fill(out, random, { fanIn: 1, fanOut: 1 });
    expect(Math.abs(out[0]!)).toBe(1);
    positive += Number(out[0]! > 0);
  }
  expect(Math.abs(positive - 200)).toBeLessThan(50);
});

test('what is no matrix of its fans is refused', () => {
  expect(initialize(dense(3, 2, { init: orthogonal(0.01) }), 0)).toHaveLength(8);
  const layer = conv2d({ channels: 2, filters: 3, kernel: 3, init: orthogonal() });
  expect(() => initialize(layer, 0)).toThrow('nn: orthogonal is for weights of dense layers');
  expect(() => orthogonal(-1)).toThrow("nn: orthogonal's gain is -1; a finite number of at least 0 is needed");
});
