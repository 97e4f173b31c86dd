import { nodeRuntime } from '@unbraid/graph/node';
import { accuracy, adam, type FitOptions, fit, initialize, softmaxCrossEntropy } from '@unbraid/nn';
import { expect, test } from 'vitest';
import { memoryStore } from '../../test/memory-store.ts';
import { allKinds, classes, mlp } from '../../test/models.ts';
import { type EdgePopupSettings, edgePopup } from './edge-popup.ts';
import { type IteRandSettings, iteRand } from './iterand.ts';
import { signedConstant, signedConstants } from './signed-constants.ts';

const runtime = nodeRuntime({ threads: 1 });
const model = mlp(20, 64, 3);
const start = (keep: number) => signedConstants(model, initialize(model, 1), { keep, seed: 1 });

const options = (over: Partial<FitOptions> = {}): FitOptions => ({
  model,
  params: start(0.4),
  loss: softmaxCrossEntropy,
  data: classes(300, 20),
  validation: classes(100, 20, 3, 4),
  optimizer: edgePopup({ keep: 0.4 }),
  metrics: { accuracy },
  learningRate: 0.01,
  batchSize: 32,
  epochs: 15,
  seed: 2,
  runtime,
  ...over,
});

/** Shares of weights that are there, of each layer. */
const sharesOf = (params: Float32Array) =>
  [params.subarray(0, 1280), params.subarray(1344, 1536)].map(
    (layer) => layer.filter((value) => value !== 0).length / layer.length,
  );

test('edge-popup learns by choosing among weights that stay, k of each layer', async () => {
  const { params, history } = await fit(options());
  expect(history.at(-1)!.validation!.accuracy).toBeGreaterThan(0.8);
  for (const [i, value] of params.entries()) if (value !== 0) expect(value).toBe(start(0.4)[i]);
  for (const share of sharesOf(params)) expect(share).toBeCloseTo(0.4, 2);
});

test('the first loss is that of the masked network, for which two first scores give different ones', async () => {
  const lossWith = async (seed: number) => {
    const losses: number[] = [];
    await fit(
      options({
        optimizer: edgePopup({ keep: 0.4, seed }),
        steps: 1,
        epochs: undefined as never,
        onStep: ({ loss }) => losses.push(loss),
      }),
    );
    return losses[0];
  };
  expect(await lossWith(1)).not.toBe(await lossWith(2));
});

test('iterative randomization learns, and leaves weights that were not there at first', async () => {
  const { params, history } = await fit(options({ optimizer: iteRand({ keep: 0.4, period: 10, rate: 0.5 }) }));
  expect(history.at(-1)!.validation!.accuracy).toBeGreaterThan(0.8);
  const changed = params.filter((value, i) => value !== 0 && value !== start(0.4)[i]);
  expect(changed.length).toBeGreaterThan(20);
  // ±√(2 / (fanIn · keep)) all the same.
  expect(new Set(params.subarray(0, 1280).map(Math.abs))).toEqual(new Set([0, Math.fround(Math.sqrt(2 / (20 * 0.4)))]));
});

test.each([
  ['edge-popup', () => edgePopup({ keep: 0.4 })],
  ['iterative randomization', () => iteRand({ keep: 0.4, period: 7 })],
])('an interrupted fit ends with the numbers of an uninterrupted one: %s', async (_, optimizer) => {
  const straight = await fit(options({ optimizer: optimizer(), epochs: 4 }));
  const checkpoint = memoryStore();
  const interrupt = new AbortController();
  const onStep = ({ step }: { step: number }) => step === 23 && interrupt.abort();
  const first = fit(
    options({ optimizer: optimizer(), epochs: 4, checkpoint, signal: interrupt.signal, onStep: onStep as never }),
  );
  await expect(first).rejects.toThrow();
  const resumed = await fit(options({ optimizer: optimizer(), epochs: 4, checkpoint }));
  expect(resumed.params).toEqual(straight.params);
  expect(resumed.history).toEqual(straight.history);
});

test('what is skipped is trained as it is', async () => {
  const skip = (path: string) => path.endsWith('bias');
  const { params } = await fit(options({ optimizer: edgePopup({ keep: 0.4, skip }) }));
  expect(params.subarray(1280, 1344).every((bias, i) => bias !== start(0.4)[1280 + i])).toBe(true);
});

test.each([
  ['edgePopup', edgePopup({ keep: 0.4 })],
  ['iteRand', iteRand({ keep: 0.4, period: 7 })],
])('networks of different masks are not averaged: %s', async (name, optimizer) => {
  await expect(fit(options({ optimizer, epochs: 2, mean: { from: 1 } }))).rejects.toThrow(
    `nn: fit's mean doesn't go with the optimizer ${name}, since a mean of its networks is none of them; leave mean out`,
  );
});

test('a saved state goes on only with the same skip and optimizer', async () => {
  const checkpoint = memoryStore();
  await fit(options({ checkpoint, epochs: 1 }));
  const skip = (path: string) => path.endsWith('bias');
  await expect(fit(options({ checkpoint, optimizer: edgePopup({ keep: 0.4, skip }) }))).rejects.toThrow(
    'laperm: the saved state of edgePopup is of another model, or with another skip; ' +
      'go on with the same, or give this fit a checkpoint of its own',
  );
  await expect(fit(options({ checkpoint, optimizer: edgePopup({ keep: 0.3 }) }))).rejects.toThrow('of another fit');
  const context = { model, layout: { dtype: 'float32', size: 0, leaves: [] }, params: start(0.4), batches: 1 } as const;
  const stepper = edgePopup({ keep: 0.4 }).create(start(0.4).length, runtime, context);
  expect(() => stepper.restore(adam().create(4, runtime).state())).toThrow(
    'laperm: the saved state is of an optimizer other than edgePopup',
  );
  stepper.release();
});

test('gradients that are not finite are reported, and memory is given back', () => {
  const { blocks } = runtime.arena.stats();
  const context = { model, layout: { dtype: 'float32', size: 0, leaves: [] }, params: start(0.4), batches: 1 } as const;
  const stepper = edgePopup({ keep: 0.4 }).create(start(0.4).length, runtime, context);
  const grads = new Float32Array(start(0.4).length).fill(Number.NaN);
  expect(stepper.step(start(0.4), grads, 0.1)).toBe(false);
  stepper.release();
  expect(runtime.arena.stats().blocks).toBe(blocks);
});

test('settings and scores that can’t be are refused in one line', async () => {
  const refused = (settings: object, method: (settings: never) => unknown = edgePopup) =>
    expect(() => method(settings as never));
  refused({ k: 0.5 }).toThrow('laperm: edgePopup has no setting "k"');
  refused({ keep: 0.5, ranking: 'size' } satisfies Record<
    keyof Pick<EdgePopupSettings, 'keep' | 'ranking'>,
    unknown
  >).toThrow('laperm: edgePopup\'s ranking is "size"; "magnitude" or "value" is needed');
  refused({ keep: 0.5, period: 0 } satisfies IteRandSettings, iteRand).toThrow("laperm: iteRand's period is 0");
  refused({ keep: 0.5, period: 5, rate: 0 } satisfies IteRandSettings, iteRand).toThrow("laperm: iteRand's rate is 0");
  expect(() => edgePopup({ keep: 0.5 }).create(3, runtime)).toThrow('needs to know the model and its first parameters');
  const train = (settings: EdgePopupSettings) =>
    expect(fit(options({ optimizer: edgePopup(settings), epochs: 1 }))).rejects;
  for (const keep of [0, Number.NaN, 1.5])
    await train({ keep }).toThrow(`laperm: the share to keep is ${keep}; a number above 0 and at most 1 is needed`);
  await train({ keep: [0.5] }).toThrow('laperm: there are 1 shares to keep for 2 layers with weights');
  await train({ keep: 0.5, skip: () => true }).toThrow('laperm: edgePopup finds no weights to mask');
  await train({ keep: 0.5, scores: new Float32Array(3) }).toThrow('laperm: the scores of 0.weight are missing');
  const { blocks } = runtime.arena.stats();
  const scores = new Float32Array(start(1).length).fill(Number.NaN);
  await train({ keep: 0.5, scores }).toThrow('laperm: the scores of 0.weight are NaN in part');
  expect(runtime.arena.stats().blocks).toBe(blocks);
});

test('signed constants have the size that keeps activations as large, and any sign; biases stay', () => {
  const initial = initialize(allKinds, 1);
  const signed = signedConstants(allKinds, initial, { keep: 0.25 });
  const sizes = (from: number, to: number) => new Set(signed.subarray(from, to).map(Math.abs));
  expect(sizes(0, 24)).toEqual(new Set([Math.fround(Math.sqrt(2 / (6 * 0.25)))]));
  expect(signed.subarray(-15)).toEqual(initial.subarray(-15));
  expect(new Set(signed.subarray(0, 24).map(Math.sign)).size).toBe(2);
  expect(() => signedConstant(0)).toThrow('laperm: the share to keep is 0');
});
