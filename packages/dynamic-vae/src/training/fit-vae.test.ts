import { createMatrix } from '@unbraid/data';
import { layoutOf } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { activation, dense, type SavedState, sequential } from '@unbraid/nn';
import { describe, expect, it, test } from 'vitest';
import { memoryCheckpoint } from '../../test/memory-checkpoint.ts';
import { sameNumbers } from '../../test/same-numbers.ts';
import { createVae } from '../vae/create-vae.ts';
import type { Vae } from '../vae/vae.ts';
import { vaeFrom } from '../vae/vae-from.ts';
import { DivergedError } from './diverged-error.ts';
import type { FitVaeOptions } from './fit-options.ts';
import { fitVae } from './fit-vae.ts';
import type { Objective } from './objective.ts';
import { regulationOf } from './regulation.ts';
import { spriteImages } from './row-source.ts';

const runtime = nodeRuntime({ threads: 1 });
const vae = createVae({ image: { channels: 1, size: 32 }, latent: 4, architecture: 'dense' });
const shared = { vae, images: spriteImages(32), batchSize: 16, learningRate: 1e-3, seed: 3, runtime } as const;
const fit = (options: Pick<FitVaeOptions, 'objective' | 'steps'> & Partial<FitVaeOptions>) =>
  fitVae({ ...shared, ...options });

const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

it('learns: the loss falls, and every step is told and traced', async () => {
  const losses: number[] = [];
  const { trace, params, steps, seconds } = await fit({
    objective: { name: 'vae' },
    steps: 150,
    onStep: ({ step, loss, kl, beta, reconstruction, klOfLatents, secondsLeft }) => {
      losses.push(loss);
      expect(step).toBe(losses.length);
      expect(loss).toBeCloseTo(reconstruction + beta * kl, 3);
      expect(klOfLatents.reduce((sum, one) => sum + one, 0)).toBeCloseTo(kl, 4);
      expect(secondsLeft).toBeGreaterThanOrEqual(0);
    },
  });
  expect(steps).toBe(150);
  expect(seconds).toBeGreaterThan(0);
  expect(mean(trace.reconstruction.subarray(-20))).toBeLessThan(0.5 * mean(trace.reconstruction.subarray(0, 5)));
  expect(losses.at(-1)).toBeCloseTo(trace.reconstruction.at(-1)! + trace.kl.at(-1)!, 3);
  expect(params.every(Number.isFinite)).toBe(true);
});

const objectives: Objective[] = [
  { name: 'beta', beta: 2 },
  { name: 'factor', discriminator: { width: 8, layers: 1, learningRate: 1e-3 } },
  { name: 'control' },
  { name: 'dynamic', setPoint: { start: 1, step: 0.5, window: 4, ramp: 2 }, controller: { initialBeta: 5 } },
];

describe.each(objectives)('a fit of $name', (objective) => {
  it('that is interrupted and resumed ends with the numbers of an uninterrupted one', async () => {
    const whole = await fit({ objective, steps: 14 });
    const checkpoint = memoryCheckpoint(5);
    const abort = new AbortController();
    const interrupted = fit({
      objective,
      steps: 14,
      checkpoint,
      signal: abort.signal,
      onStep: ({ step }) => step === 8 && abort.abort(new Error('stop')),
    });
    await expect(interrupted).rejects.toThrow('stop');
    expect(checkpoint.saves.map(({ meta }) => (meta as { step: number }).step)).toEqual([5, 8]);
    const resumed = await fit({ objective, steps: 14, checkpoint });
    expect(sameNumbers(resumed.params, whole.params)).toBe(true);
    expect(resumed.trace).toEqual(whole.trace);
    expect(resumed.beta).toBe(whole.beta);
    expect(resumed.tracking).toEqual(whole.tracking);
  });
});

it('a finished fit can be prolonged, and is not made again', async () => {
  const objective = objectives[3]!;
  const checkpoint = memoryCheckpoint();
  await fit({ objective, steps: 6, checkpoint });
  let steps = 0;
  const longer = await fit({ objective, steps: 10, checkpoint, onStep: () => steps++ });
  expect(steps).toBe(4);
  expect(sameNumbers(longer.params, (await fit({ objective, steps: 10 })).params)).toBe(true);
  expect(sameNumbers((await fit({ objective, steps: 10, checkpoint })).params, longer.params)).toBe(true);
});

it('a checkpoint of another fit is refused', async () => {
  const checkpoint = memoryCheckpoint();
  await fit({ objective: { name: 'vae' }, steps: 2, checkpoint });
  await expect(fit({ objective: { name: 'beta' }, steps: 4, checkpoint })).rejects.toThrow(
    `dynamic-vae: the checkpoint is of another fit: its objective is {"name":"vae"}, this one's {"name":"beta"}`,
  );
});

/** A VAE of rows of four numbers; 61 parameters with widths of 7 and 1, and of 1 and 8. */
const vectorVae = (f: 'relu' | 'tanh' = 'relu', [inner, outer] = [7, 1]): Vae =>
  vaeFrom({
    encoder: sequential([dense(4, inner), activation(f), dense(inner, 2)]),
    decoder: sequential([dense(1, outer), dense(outer, 4)]),
    input: { length: 4 },
  });

it('a checkpoint of a fit to another set point, of other data or of another network is refused', async () => {
  const drawn = (count?: number) =>
    Object.assign((batch: Float32Array) => void batch.fill(0.5), count !== undefined && { count });
  const objective: Objective = { name: 'dynamic', setPoint: () => 0.5 };
  const options = { vae: vectorVae(), data: drawn(64), objective, steps: 2, batchSize: 4, runtime };
  const checkpoint = memoryCheckpoint();
  await fitVae({ ...options, checkpoint });
  const again = (given: Partial<FitVaeOptions>) => expect(fitVae({ ...options, checkpoint, ...given })).rejects;
  await again({ objective: { name: 'dynamic' } }).toThrow(
    `its objective is {"name":"dynamic","setPoint":"a function"}, this one's {"name":"dynamic"}`,
  );
  await again({ data: drawn(65) }).toThrow(`its number of rows is 64, this one's 65`);
  await again({ data: drawn() }).toThrow(`its number of rows is 64, this one's "unknown"`);
  await again({ vae: vectorVae('tanh') }).toThrow(/its layer encoder\.1 is .*relu.*, this one's .*tanh/);
  expect((await fitVae({ ...options, checkpoint })).steps).toBe(2);
});

it('as many parameters of other shapes are another network, also where its layers are not known', async () => {
  const unknown = (vae: Vae): Vae => {
    const { networks: _, ...own } = vae;
    return own;
  };
  const options = { data: createMatrix(8, 4), objective: { name: 'vae' }, steps: 1, batchSize: 4, runtime } as const;
  const [vae, other] = [unknown(vectorVae()), unknown(vectorVae('relu', [1, 8]))];
  expect([vae, other].map(({ params }) => layoutOf(params, 'params').size)).toEqual([61, 61]);
  const checkpoint = memoryCheckpoint();
  await fitVae({ ...options, vae, checkpoint });
  const again = (given: Vae) => expect(fitVae({ ...options, vae: given, checkpoint })).rejects;
  await again(other).toThrow(`its parameter encoder.0.weight is [4,7], this one's [4,1]`);
  await again(vectorVae()).toThrow('its layer encoder.0 is missing');
});

it('a checkpoint with values that are not finite, or without its parts, is refused', async () => {
  const whole = memoryCheckpoint();
  await fit({ objective: { name: 'vae' }, steps: 2, checkpoint: whole });
  const [state] = whole.saves;
  const refused = (change: (state: SavedState) => SavedState) => {
    const load = () => Promise.resolve(change(structuredClone(state!)));
    return expect(fit({ objective: { name: 'vae' }, steps: 4, checkpoint: { ...whole, load } })).rejects;
  };
  const nan = (name: string) => (saved: SavedState) => {
    saved.arrays[name]!.fill(Number.NaN, 3, 5);
    return saved;
  };
  await refused(nan('vae')).toThrow("dynamic-vae: the checkpoint's vae has 2 NaN values, the first at entry 3");
  await refused(nan('vae.v')).toThrow("dynamic-vae: the checkpoint's vae.v has 2 NaN values");
  await refused(({ arrays: { 'trace.kl': _, ...arrays }, meta }) => ({ arrays, meta })).toThrow(
    'dynamic-vae: the checkpoint is damaged: its trace.kl has not 2 entries; delete it',
  );
  await refused(({ arrays, meta }) => ({ arrays, meta: { ...(meta as object), step: -1 } })).toThrow(
    "dynamic-vae: the checkpoint is damaged: its step can't be used",
  );
});

it.each([
  ['control', { kp: 0.01, ki: 0.001, minBeta: 1 }],
  ['dynamic', { kp: 0.01, ki: -0.02, initialBeta: 5, minBeta: 0.1 }],
] as const)('%s weighs a step by the β that follows from its own KL divergence', async (name, controller) => {
  const objective = { name, controller, setPoint: { start: 1, step: 0 } } as Objective;
  const { trace, beta } = await fit({ objective, steps: 12 });
  const { start, step } = regulationOf(objective);
  let state = start;
  trace.kl.forEach((kl, t) => {
    state = step(state, t, kl);
    expect(trace.beta[t]).toBeCloseTo(state.beta, 4);
  });
  expect(beta).toBeCloseTo(state.beta, 4);
  expect(trace.beta[0]).not.toBe(start.beta);
});

it('the gradient of a step is taken at that β', async () => {
  const first = await fit({ objective: { name: 'dynamic', setPoint: { start: 1 } }, steps: 1 });
  const same = await fit({ objective: { name: 'beta', beta: first.beta }, steps: 1 });
  expect(sameNumbers(first.params, same.params)).toBe(true);
});

it('a last step that takes parameters out of their range stops training, too', async () => {
  const fitted = fit({ objective: { name: 'vae' }, steps: 1, learningRate: 3e38 });
  await expect(fitted).rejects.toThrow(
    /^dynamic-vae: fit stopped at step 1: parameter \d+ \(counted from 0\) of the vae is -?Infinity, at beta 1/,
  );
});

it('records every n-th step', async () => {
  const { trace } = await fit({ objective: { name: 'vae' }, steps: 10, recordEvery: 3 });
  expect([...trace.step]).toEqual([3, 6, 9]);
  expect([...trace.setPoint]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});

it('the factor objective trains the model as it would be without, but for the penalty', async () => {
  const [plain, factor] = await Promise.all([
    fit({ objective: { name: 'vae' }, steps: 1 }),
    fit({ objective: { name: 'factor', gamma: 0, discriminator: { width: 4, layers: 1 } }, steps: 1 }),
  ]);
  const differing = factor.params.findIndex((value, i) => Math.abs(value - plain.params[i]!) > 1e-6);
  // FactorVAE draws two batches a step; its first is the first of the other.
  expect(differing).toBe(-1);
});

it('a set point that the KL divergence never reaches is reported', async () => {
  const { tracking } = await fit({ objective: { name: 'dynamic', setPoint: { start: 500, max: 500 } }, steps: 20 });
  expect(tracking!.reached).toBe(false);
  expect(tracking!.warning).toContain('never reached its set point of 500.00');
});

it('a capacity that the KL divergence never reaches is reported in the words of its objective', async () => {
  const objective = { name: 'annealed', capacity: 500, over: 1, gamma: 0.5 } as const;
  const told: string[] = [];
  const { beta } = await fit({ objective, steps: 5, onWarning: (line) => told.push(line) });
  expect(told.join()).toMatch(/never reached its capacity of 500\.00, with gamma at 0\.500/);
  expect(beta).toBe(0.5);
});

it('training that diverges stops with the step and the number', async () => {
  const diverging = fit({ objective: { name: 'vae' }, steps: 50, learningRate: 1e6 });
  await expect(diverging).rejects.toThrow(DivergedError);
  await expect(diverging).rejects.toThrow(
    /^dynamic-vae: fit stopped at step \d+: .* (is (NaN|Infinity)|not finite), at beta 1/,
  );
});

test.each([
  [{ steps: 0 }, "fitVae's steps is 0; an integer of at least 1 is needed"],
  [{ batchSize: 1.5 }, "fitVae's batchSize is 1.5"],
  [{ learningRate: 0 }, "fitVae's learningRate is 0; a finite number above 0 is needed"],
  [{ learningRate: Number.NaN }, "fitVae's learningRate is NaN"],
  [{ learningrate: 1 } as Partial<FitVaeOptions>, 'fitVae has no setting "learningrate"; the nearest are learningRate'],
  [{ images: spriteImages(64) }, 'the images are drawn as 1 × 64 × 64, the model takes 1 × 32 × 32'],
  [{ params: new Float32Array(3) }, '3 parameters are given, the vae has'],
  [{ images: (batch: Float32Array) => batch.fill(2) }, 'the images of batch 1 must lie in [0, 1]'],
] as [Partial<FitVaeOptions>, string][])('the options %o are refused', async (options, message) => {
  await expect(fit({ objective: { name: 'vae' }, steps: 1, ...options })).rejects.toThrow(`dynamic-vae: ${message}`);
});

it('an aborted signal stops it before the first step', async () => {
  const signal = AbortSignal.abort(new Error('not today'));
  await expect(fit({ objective: { name: 'vae' }, steps: 1, signal })).rejects.toThrow('not today');
});
