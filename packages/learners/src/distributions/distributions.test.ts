import { compile, constant, f32, grad, reduceSum, trace } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { box, discrete, multiBinary, multiDiscrete, type Space } from '@unbraid/sim-env';
import { describe, expect, test } from 'vitest';
import { type DistributionCase, fixture, floats } from '../../test/fixture.ts';
import { type Distribution, distributionFor, squashedGaussian } from '../index.ts';

const runtime = nodeRuntime({ threads: 1 });

function distributionOf({ kind, choices = [], actions }: DistributionCase): Distribution<Space> {
  if (kind !== 'categorical')
    return distributionFor<Space>(box({ low: -1, high: 1, shape: [actions.shape[1]!] }), kind);
  return distributionFor<Space>(choices.length === 1 ? discrete(choices[0]!) : multiDiscrete([...choices]));
}

function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(found).toHaveLength(wanted.length);
  for (let i = 0; i < wanted.length; i++)
    expect(Math.abs(found[i]! - wanted[i]!)).toBeLessThan(1e-5 * Math.max(1, Math.abs(wanted[i]!)));
}

const nameOf = ({ kind, choices, mask }: DistributionCase) =>
  [kind, ...(choices ? [choices.join(' and ')] : []), ...(mask ? ['masked'] : [])].join(', ');

describe.each(fixture.distributions.map((each) => [nameOf(each), each] as const))('%s', (_, given) => {
  const distribution = distributionOf(given);
  const [rows, width] = given.outputs.shape as [number, number];
  const mask = given.mask && floats(given.mask);

  test('log-probability, entropy and mode are those of Stable-Baselines3', async () => {
    const graph = trace({ outputs: f32(rows, width) }, ({ outputs }) => {
      const actions = constant(floats(given.actions), given.actions.shape);
      const allowed = mask && constant(mask, given.mask!.shape);
      return {
        logProb: distribution.logProb(outputs, actions, allowed),
        mode: distribution.mode(outputs),
        ...(given.entropy && { entropy: distribution.entropy(outputs, allowed) }),
      };
    });
    const compiled = await compile(graph, runtime);
    compiled.inputs.outputs.float32.set(floats(given.outputs));
    await compiled.run();
    expectClose(compiled.outputs.logProb.float32, given.logProb.data);
    if (given.entropy) expectClose(compiled.outputs.entropy!.float32, given.entropy.data);
    if (!mask) expectClose(compiled.outputs.mode.float32, clipped(given));
    await compiled.release();
  });

  test('what is drawn has the log-probability that graphs compute, and the likeliest is the mode', () => {
    const drawn = { actions: new Float32Array(given.actions.data.length), logProbs: new Float32Array(rows) };
    const bytes = mask && Uint8Array.from(mask);
    distribution.draw(floats(given.outputs), drawn, undefined, bytes);
    const shown = Array.from({ length: rows }, (_, row) => distribution.actionAt(drawn.actions, row));
    expectClose(
      shown.flatMap((action) => (typeof action === 'number' ? [action] : [...(action as Float32Array)])),
      clipped(given),
    );
    for (const action of shown) expect(distribution.actionSpace.violation(action)).toBeUndefined();
  });

  test.runIf(given.kind === 'categorical')('frequencies of draws are the probabilities', () => {
    const count = 4000;
    const bytes = mask && repeated(mask.subarray(0, width), count, new Uint8Array(count * width));
    const many = repeated(floats(given.outputs).subarray(0, width), count, new Float32Array(count * width));
    const { actionSize } = distribution;
    const drawn = { actions: new Float32Array(count * actionSize), logProbs: new Float32Array(count) };
    distribution.draw(many, drawn, createRandom(7), bytes);
    const seen = new Map<string, { count: number; readonly probability: number }>();
    for (let i = 0; i < count; i++) {
      const key = drawn.actions.subarray(i * actionSize, (i + 1) * actionSize).join();
      const entry = seen.get(key) ?? { count: 0, probability: Math.exp(drawn.logProbs[i]!) };
      entry.count++;
      seen.set(key, entry);
    }
    for (const { count: times, probability } of seen.values()) {
      // Five standard deviations of a binomial count.
      const deviation = Math.sqrt(count * probability * (1 - probability));
      expect(Math.abs(times - count * probability)).toBeLessThanOrEqual(5 * deviation + 1e-3);
    }
    const total = [...seen.values()].reduce((sum, { probability }) => sum + probability, 0);
    expect(Math.abs(total - 1)).toBeLessThan(0.02);
  });

  test('gradients are finite, and 0 where a choice is forbidden', async () => {
    const actions = constant(floats(given.actions), given.actions.shape);
    const allowed = mask && constant(mask, given.mask!.shape);
    const graph = trace({ outputs: f32(rows, width) }, (tensors) => ({
      logProb: grad((at: typeof tensors.outputs) => reduceSum(distribution.logProb(at, actions, allowed)))(
        tensors.outputs,
      ),
      ...(given.entropy && {
        entropy: grad((at: typeof tensors.outputs) => reduceSum(distribution.entropy(at, allowed)))(tensors.outputs),
      }),
    }));
    const compiled = await compile(graph, runtime);
    compiled.inputs.outputs.float32.set(floats(given.outputs));
    await compiled.run();
    for (const found of [compiled.outputs.logProb, compiled.outputs.entropy]) {
      found?.float32.forEach((entry, i) => {
        expect(Number.isFinite(entry)).toBe(true);
        if (mask?.[i] === 0) expect(Math.abs(entry)).toBe(0);
      });
    }
    await compiled.release();
  });
});

function repeated<T extends Float32Array | Uint8Array>(row: ArrayLike<number>, count: number, out: T): T {
  for (let i = 0; i < count; i++) out.set(row, i * row.length);
  return out;
}

/** The fixture's modes as environments take them; with a mask, the likeliest of what is allowed. */
function clipped({ kind, mode }: DistributionCase): number[] {
  return kind === 'gaussian' ? mode.data.map((x) => Math.min(Math.max(x, -1), 1)) : [...mode.data];
}

test('normal draws have their mean and deviation', () => {
  const distribution = distributionFor(box({ low: -9, high: 9 }));
  const rows = 20_000;
  const outputs = Float32Array.from({ length: 2 * rows }, (_, i) => (i % 2 === 0 ? 1.5 : Math.log(0.5)));
  const drawn = { actions: new Float32Array(rows), logProbs: new Float32Array(rows) };
  distribution.draw(outputs, drawn, createRandom(1));
  const mean = drawn.actions.reduce((sum, x) => sum + x, 0) / rows;
  const variance = drawn.actions.reduce((sum, x) => sum + (x - mean) ** 2, 0) / rows;
  expect(mean).toBeCloseTo(1.5, 1);
  expect(Math.sqrt(variance)).toBeCloseTo(0.5, 1);
  // E[−log p] is the entropy.
  const entropy = 0.5 * Math.log(2 * Math.PI * Math.E) + Math.log(0.5);
  expect(-drawn.logProbs.reduce((sum, x) => sum + x, 0) / rows).toBeCloseTo(entropy, 1);
});

test('a squashed Gaussian drawn on tensors is the one drawn on numbers', async () => {
  const distribution = squashedGaussian(box({ low: [0, -2], high: [1, 6] }));
  const graph = trace({ outputs: f32(50, 4), noise: f32(50, 2) }, ({ outputs, noise }) => {
    const { actions, logProb } = distribution.reparameterized(outputs, noise);
    return { actions, logProb, again: distribution.logProb(outputs, actions) };
  });
  const compiled = await compile(graph, runtime);
  const outputs = createRandom(1).normal(compiled.inputs.outputs.float32);
  createRandom(2).normal(compiled.inputs.noise.float32);
  await compiled.run();
  const drawn = { actions: new Float32Array(100), logProbs: new Float32Array(50) };
  distribution.draw(outputs, drawn, createRandom(2));
  expectClose(compiled.outputs.actions.float32, drawn.actions);
  drawn.logProbs.forEach((wanted, i) => {
    if (Math.abs(drawn.actions[2 * i]!) > 0.99 || Math.abs(drawn.actions[2 * i + 1]!) > 0.99) return;
    expect(Math.abs(compiled.outputs.logProb.float32[i]! - wanted)).toBeLessThan(1e-3);
    expect(Math.abs(compiled.outputs.again.float32[i]! - wanted)).toBeLessThan(1e-3);
  });
  const shown = distribution.actionAt(drawn.actions, 3) as Float32Array;
  const back = new Float32Array(100);
  distribution.writeAction(shown, back, 3);
  expect(back[6]).toBeCloseTo(drawn.actions[6]!, 5);
  expect(back[7]).toBeCloseTo(drawn.actions[7]!, 5);
  await compiled.release();
});

test('actions go to the environment and back', () => {
  for (const space of [
    discrete(5, { start: -2 }),
    multiDiscrete([2, 4], { start: [1, 0] }),
    multiBinary(3),
  ] as Space[]) {
    const distribution = distributionFor(space);
    for (let i = 0; i < 20; i++) {
      const action = space.sample() as never;
      const rows = new Float32Array(2 * distribution.actionSize);
      distribution.writeAction(action, rows, 1);
      expect(distribution.actionAt(rows, 1)).toEqual(action);
    }
  }
});

test('spaces that a distribution is not for are refused', () => {
  expect(() => squashedGaussian(box({ low: 0, high: Infinity }))).toThrow('a squashed Gaussian needs limits');
  expect(() => distributionFor(box({ low: 0, high: 5, dtype: 'int32' }))).toThrow('the action space is a Box of int32');
  expect(() => distributionFor(discrete(2), 'gaussian')).toThrow('gaussian takes a Box');
});
