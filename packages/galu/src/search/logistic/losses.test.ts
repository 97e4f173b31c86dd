import { createRandom } from '@unbraid/kernels';
import { describe, expect, it } from 'vitest';
import { logisticLosses, type Rows, softmaxLosses } from './losses.ts';

const [m, folds, classes] = [700, 3, 2];
const columns = folds * classes;
const random = createRandom(5);
const outputs = random.normal(new Float32Array(m * columns), 0, 4);
const masks = Float32Array.from({ length: m * folds }, (_, at) => [0, 1, 2.5][at % 7 < 5 ? 1 : at % 3]!);
const label = (i: number) => (i * 31) % classes;
const targets = Float32Array.from({ length: m * classes }, (_, at) =>
  label(Math.floor(at / classes)) === at % classes ? 1 : 0,
);
const rows: Rows = { targets, masks, folds, classes };

/** The loss of a row in float64, as it is written. */
const ofRow = {
  logistic: (o: readonly number[], i: number, c: number) => Math.log1p(Math.exp(label(i) === c ? -o[c]! : o[c]!)),
  softmax: (o: readonly number[], i: number) =>
    Math.log(o.reduce((sum, value) => sum + Math.exp(value), 0)) - o[label(i)]!,
};

const group = (i: number, g: number, data: ArrayLike<number> = outputs) =>
  Array.from({ length: classes }, (_, c) => data[i * columns + g * classes + c]!);

describe.each([
  ['logistic', logisticLosses, classes],
  ['softmax', softmaxLosses, 1],
] as const)('%s', (name, lossesOf, each) => {
  const rest = new Float32Array(m * columns).fill(Number.NaN);
  const losses = lossesOf(outputs, rest, rows);

  it('sums the losses of rows, each as much as it counts in a fold', () => {
    losses.forEach((loss, at) => {
      const [g, c] = [Math.floor(at / each), at % each];
      let sum = 0;
      for (let i = 0; i < m; i++) sum += masks[i * folds + g]! * ofRow[name](group(i, g), i, c);
      expect(loss).toBeCloseTo(sum, 3);
    });
  });

  it('writes the derivative', () => {
    const h = 1e-5;
    for (let i = 0; i < m; i += 13) {
      for (let j = 0; j < columns; j++) {
        const [g, c] = [Math.floor(j / classes), j % classes];
        const at = (change: number) => group(i, g).map((value, o) => (o === c ? value + change : value));
        const slope = (ofRow[name](at(h), i, c) - ofRow[name](at(-h), i, c)) / (2 * h);
        expect(rest[i * columns + j]).toBeCloseTo(masks[i * folds + g]! * slope, 5);
      }
    }
  });
});

it('stays finite where outputs are far out', () => {
  const far = Float32Array.from([1000, -1000, 0, 90, -90, 1e30]);
  const one = { targets: Float32Array.of(1, 0), masks: Float32Array.of(1), folds: 1, classes: 2 };
  for (let at = 0; at < far.length; at += 2) {
    for (const lossesOf of [logisticLosses, softmaxLosses]) {
      const rest = new Float32Array(2);
      expect([...lossesOf(far.subarray(at, at + 2), rest, one), ...rest].every(Number.isFinite)).toBe(true);
    }
  }
});
