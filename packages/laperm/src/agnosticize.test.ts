import { createRandom } from '@unbraid/kernels';
import { initialize } from '@unbraid/nn';
import { expect, test } from 'vitest';
import { mlp } from '../test/models.ts';
import { type AgnosticOptions, agnosticize } from './agnosticize.ts';
import { distinctValues } from './profiles.ts';
import { gather, neuronsOf, weightsOf } from './weight-vectors.ts';

const model = mlp(300, 40, 10);
const initial = initialize(model, 1);
const share = (options: Partial<AgnosticOptions>) =>
  agnosticize(model, initial, { value: 0.08, keep: 0.25, seed: createRandom(1), ...options });

/** How many weights each neuron has, layer by layer. */
const weightsKept = (params: Float32Array) =>
  weightsOf(model).leaves.map((leaf) =>
    [...neuronsOf(leaf)].map(
      ([, indices]) =>
        gather(params, indices, new Float32Array(indices.length)).filter((weight) => weight !== 0).length,
    ),
  );

test('every weight is 0 or the value, and biases stay', () => {
  const shared = share({});
  expect(distinctValues(shared.subarray(0, 12_000))).toEqual(Float32Array.of(0, 0.08));
  expect(shared.subarray(12_000, 12_040)).toEqual(initial.subarray(12_000, 12_040));
});

test('weights are kept with the given probability, one for all layers or one each', () => {
  const kept = (options: Partial<AgnosticOptions>) =>
    weightsKept(share(options)).map((layer) => layer.reduce((sum, count) => sum + count, 0));
  // 12,000 and 400 draws: five standard deviations are 237 and 43 at a quarter.
  const [first, second] = kept({ keep: 0.25 }) as [number, number];
  expect(Math.abs(first - 3000)).toBeLessThan(237);
  expect(Math.abs(second - 100)).toBeLessThan(43);
  expect(Math.abs(kept({ keep: [0.25, 0.75] })[1]! - 300)).toBeLessThan(43);
});

test('unbalanced neurons differ in their number of weights, balanced ones do not', () => {
  expect(new Set(weightsKept(share({}))[0]!).size).toBeGreaterThan(5);
  const [first, second] = weightsKept(share({ balanced: true }));
  expect(first).toEqual(Array<number>(40).fill(75));
  expect(second).toEqual(Array<number>(10).fill(10));
});

test('neurons have their weights in different places, which the seed decides', () => {
  const shared = share({ balanced: true });
  const columns = [...neuronsOf(weightsOf(model).leaves[0]!)].map(([, indices]) =>
    gather(shared, indices, new Float32Array(indices.length)).join(),
  );
  expect(new Set(columns).size).toBe(40);
  expect(share({ balanced: true })).toEqual(shared);
  expect(share({ balanced: true, seed: createRandom(2) })).not.toEqual(shared);
});

test('all weights can be kept', () => {
  for (const balanced of [false, true]) {
    expect(distinctValues(share({ keep: 1, balanced }).subarray(0, 12_000))).toEqual(Float32Array.of(0.08));
  }
});

test.each([
  [{ value: 0 }, 'laperm: the value to share is 0; a finite number other than 0 is needed'],
  [{ value: Number.NaN }, "laperm: agnosticize's value is NaN; a finite number is needed"],
  [{ value: 1e-60 }, 'laperm: the value to share is 1e-60; a finite number other than 0 is needed'],
  [{ keep: 0 }, 'laperm: the share to keep is 0; a number above 0 and at most 1 is needed'],
  [{ keep: 1.1 }, 'laperm: the share to keep is 1.1; a number above 0 and at most 1 is needed'],
  [{ keep: [0.5, Number.NaN] }, 'laperm: the share to keep is NaN; a number above 0 and at most 1 is needed'],
  [{ keep: [1, 1, 1] }, 'laperm: there are 3 shares to keep for 2 layers with weights; give one, or one each'],
  [
    { keep: 0.01, balanced: true },
    'laperm: a share of 0.01 leaves no weights in 2.weight, whose neurons have 40; keep more',
  ],
])('values and shares out of range are refused, case %#', (options, message) => {
  expect(() => share(options)).toThrow(message);
});

test('parameters of another size are refused', () => {
  const options = { value: 1, keep: 0.5, seed: createRandom(1) };
  expect(() => agnosticize(model, new Float32Array(3), options)).toThrow(
    'laperm: the parameters are 3 values, the model has 12450 parameters',
  );
});
