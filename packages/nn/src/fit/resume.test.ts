import { div, mul, reduceMean, type Tensor } from '@unbraid/graph';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryStore } from '../../test/memory-store.ts';
import { sectorNet, sectors } from '../../test/problems.ts';
import {
  accuracy,
  adamW,
  type CheckpointStore,
  type FitOptions,
  fit,
  momentum,
  type SavedState,
  softmaxCrossEntropy,
} from '../index.ts';

/** Three epochs of four steps. */
const options = (): FitOptions => ({
  model: sectorNet(),
  loss: softmaxCrossEntropy,
  data: sectors(100),
  validation: sectors(40, 2),
  metrics: { accuracy },
  optimizer: adamW(),
  learningRate: (epoch) => 0.05 * 0.5 ** epoch,
  batchSize: 32,
  epochs: 3,
});

const withMeta =
  (change: { readonly [key: string]: unknown }) =>
  (state: SavedState): SavedState => ({
    ...state,
    meta: { ...(state.meta as object), ...change } as SavedState['meta'],
  });

const withArray =
  (name: string, array: Float32Array) =>
  (state: SavedState): SavedState => ({ ...state, arrays: { ...state.arrays, [name]: array } });

const interruption = new Error('interrupted');

/** Trains until a step has been made, then aborts. */
async function interruptAfter(step: number, checkpoint: CheckpointStore, more: Partial<FitOptions> = {}) {
  const controller = new AbortController();
  const onStep = (made: { step: number }) => {
    if (made.step === step) controller.abort(interruption);
  };
  return fit({ ...options(), checkpoint, signal: controller.signal, onStep, ...more });
}

test('a fit that is interrupted at any step ends with the numbers of an uninterrupted one', async () => {
  const { seconds: _, stepsPerSecond: __, ...whole } = await fit(options());
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: 11 }), { maxLength: 3 }), async (steps) => {
      const checkpoint = memoryStore();
      for (const step of steps.sort((a, b) => a - b)) {
        await expect(interruptAfter(step, checkpoint)).rejects.toBe(interruption);
      }
      const { seconds, stepsPerSecond, ...resumed } = await fit({ ...options(), checkpoint });
      expect(resumed).toEqual(whole);
    }),
    { numRuns: 8 },
  );
});

test('a fit that lost its last epochs goes on from the last save', async () => {
  const whole = await fit({ ...options(), optimizer: momentum() });
  const checkpoint = memoryStore(2);
  const failing = fit({
    ...options(),
    optimizer: momentum(),
    checkpoint,
    onStep: ({ step }) => {
      if (step === 10) throw new Error('power cut');
    },
  });
  await expect(failing).rejects.toThrow('power cut');
  expect(checkpoint.saves()).toBe(1);
  const steps: number[] = [];
  const resumed = await fit({
    ...options(),
    optimizer: momentum(),
    checkpoint,
    onStep: ({ step }) => steps.push(step),
  });
  expect(steps).toEqual([9, 10, 11, 12]);
  expect(resumed.params).toEqual(whole.params);
  expect(resumed.history).toEqual(whole.history);
});

test('a finished fit returns at once, and can be prolonged', async () => {
  const checkpoint = memoryStore();
  const first = await fit({ ...options(), checkpoint });
  const again = await fit({ ...options(), checkpoint, onStep: () => expect.unreachable() });
  expect(again).toEqual(first);
  const longer = await fit({ ...options(), checkpoint, epochs: 5 });
  expect(longer.params).toEqual((await fit({ ...options(), epochs: 5 })).params);
});

test('a fit that its stop has ended does not go on', async () => {
  const checkpoint = memoryStore();
  const stop = ({ epoch }: { epoch: number }) => epoch === 2;
  await fit({ ...options(), checkpoint, stop });
  const again = await fit({ ...options(), checkpoint, stop });
  expect(again.history).toHaveLength(2);
});

test('a signal that is aborted before the start stops everything', async () => {
  const checkpoint = memoryStore();
  const signal = AbortSignal.abort(interruption);
  await expect(fit({ ...options(), checkpoint, signal })).rejects.toBe(interruption);
  expect(checkpoint.saves()).toBe(0);
});

test('scores that are infinite or NaN survive a checkpoint', async () => {
  const checkpoint = memoryStore();
  const scored = { ...options(), metrics: { infinite: (p: Tensor) => div(1, mul(reduceMean(p), 0)) } };
  const first = await fit({ ...scored, checkpoint, epochs: 1 });
  expect(Number.isFinite(first.history[0]!.validation!.infinite)).toBe(false);
  const again = await fit({ ...scored, checkpoint, epochs: 1 });
  expect(again.history).toEqual(first.history);
});

test('best of full batches survives an interruption', async () => {
  const { validation: _, ...rest } = options();
  const whole = { ...rest, batchSize: 100, epochs: 6, learningRate: (epoch: number) => (epoch < 2 ? 0.05 : 2) };
  const { best } = await fit(whole);
  const checkpoint = memoryStore();
  await expect(interruptAfter(3, checkpoint, { ...whole, validation: undefined } as object)).rejects.toBe(interruption);
  expect((await fit({ ...whole, checkpoint })).best).toEqual(best);
});

test.each<[string, (state: SavedState) => SavedState, RegExp]>([
  ['no meta', (s) => ({ ...s, meta: null }), /^nn: the checkpoint is of another fit: its model is missing/],
  ['steps that are no number', withMeta({ step: 'four' }), /^nn: the checkpoint is damaged: its entry "step" is wrong/],
  ['another tally', withMeta({ tally: { rows: 1, sums: [] } }), /its tally has 0 sums, there are 2 scores/],
  ['a history out of order', withMeta({ history: [], step: -1 }), /its entry "step" is wrong/],
  ['no params', (s) => ({ ...s, arrays: {} }), /its params is missing; a Float32Array is needed; delete it/],
  ['short params', withArray('params', new Float32Array(2)), /its params has 2 entries/],
  [
    'NaN params',
    withArray('params', new Float32Array(99).fill(Number.NaN)),
    /^nn: the checkpoint's params has 99 NaN values/,
  ],
  [
    'NaN moments',
    withArray('optimizer.m', new Float32Array(99).fill(1 / 0)),
    /^nn: the checkpoint's optimizer.m has 99 inf/,
  ],
])('a checkpoint with %s is refused in one line', async (_, change, message) => {
  const checkpoint = memoryStore();
  await fit({ ...options(), checkpoint, epochs: 1 });
  const load = async () => change((await checkpoint.load())!);
  await expect(fit({ ...options(), checkpoint: { ...checkpoint, load } })).rejects.toThrow(message);
});

test.each<[string, Partial<FitOptions>, RegExp]>([
  ['another seed', { seed: 1 }, /its seed is 0, this one's 1/],
  ['other batches', { batchSize: 50 }, /its batchSize is 32, this one's 50/],
  [
    'another optimizer',
    { optimizer: momentum() },
    /its optimizer is \{"name":"adamW",.*this one's \{"name":"momentum"/,
  ],
  ['another model', { model: sectorNet(8) }, /its model is .*0\.weight\[2, 16\].*this one's .*0\.weight\[2, 8\]/],
  ['more data', { data: sectors(101) }, /its rows is .*100.*101/],
])('a checkpoint of a fit with %s is refused', async (_, change, message) => {
  const checkpoint = memoryStore();
  await fit({ ...options(), checkpoint, epochs: 1 });
  await expect(fit({ ...options(), ...change, checkpoint })).rejects.toThrow(/^nn: the checkpoint is of another fit: /);
  await expect(fit({ ...options(), ...change, checkpoint })).rejects.toThrow(message);
});
