import { layoutOf } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import {
  type AnyModel,
  dense,
  fit,
  type Initializer,
  initialize,
  momentum,
  type Optimizer,
  sequential,
  softmaxCrossEntropy,
} from '@unbraid/nn';
import { expect, test } from 'vitest';
import { memoryStore } from '../../test/memory-store.ts';
import { mlp } from '../../test/models.ts';
import { rivals, rivalsData, type ScoredRun } from '../../test/rivals-fixture.ts';
import { edgePopup } from './edge-popup.ts';
import { foldedBlock } from './folded-block.ts';
import { iteRand } from './iterand.ts';
import { signedLaperm } from './signed-laperm.ts';

const runtime = nodeRuntime({ threads: 1 });

type Arrays = Readonly<Record<string, Float32Array>>;

function expectClose(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs(actual[i]! - value)).toBeLessThan(1e-5);
}

/** Trains on the whole batch, and gives the losses before each step, the parameters at the end and the optimizer's arrays. */
async function trained(
  model: AnyModel,
  params: Float32Array,
  optimizer: Optimizer,
  learningRate: number,
  steps: number,
) {
  const losses: number[] = [];
  const checkpoint = memoryStore();
  const { params: last } = await fit({
    ...{ model, params, optimizer, learningRate, steps, checkpoint, runtime },
    loss: softmaxCrossEntropy,
    data: rivalsData,
    batchSize: Number.POSITIVE_INFINITY,
    onStep: ({ loss }) => losses.push(loss),
  });
  return { losses, params: last, arrays: checkpoint.kept().arrays as Arrays };
}

const settingsOf = ({ keep, ranking, l2, scores }: ScoredRun) => ({
  keep,
  ranking,
  inner: momentum({ l2 }),
  scores: Float32Array.from(scores),
});

/** The arrays of a state that end so, whatever `fit` calls them. */
function arrayOf(arrays: Arrays, name: string): Float32Array {
  const key = Object.keys(arrays).find(
    (each) => each === name || each.endsWith(`.${name}`) || each.endsWith(`:${name}`),
  );
  if (!key) throw new Error(`no ${name} among ${Object.keys(arrays)}`);
  return arrays[key]!;
}

/** Losses, scores and masked weights of a net without normalization. */
function expectRun(result: Awaited<ReturnType<typeof trained>>, run: ScoredRun): void {
  expectClose(result.losses, run.losses);
  expectClose(
    result.params,
    run.finalWeights.map((weight, i) => weight * run.masks[i]!),
  );
  expect(Array.from(result.params, (value) => (value === 0 ? 0 : 1))).toEqual(run.masks);
  expectClose(arrayOf(result.arrays, 'scores'), run.finalScores);
}

test.each(rivals.edgePopup.map((run) => [run.ranking, run] as const))(
  'edge-popup has PyTorch’s losses, scores and masks, ranked by %s',
  async (_, run) => {
    const optimizer = edgePopup(settingsOf(run));
    const start = Float32Array.from(run.weights);
    expectRun(await trained(mlp(), start, optimizer, run.learningRate, run.losses.length), run);
  },
);

test('iterative randomization has PyTorch’s losses, scores, masks and weights', async () => {
  const { draws, period } = rivals.iteRand;
  /** Gives the fixture's draws, one after another, to each of the two weights. */
  const rounds = new Map<number, number>();
  const draw: Initializer = {
    fill(out) {
      const round = rounds.get(out.length) ?? 0;
      rounds.set(out.length, round + 1);
      const from = out.length === 40 ? 0 : 48;
      out.set(draws[round]!.slice(from, from + out.length));
    },
  };
  const optimizer = iteRand({ ...settingsOf(rivals.iteRand), period, rate: 1, draw });
  const start = Float32Array.from(rivals.iteRand.weights);
  const { learningRate, losses } = rivals.iteRand;
  expectRun(await trained(mlp(), start, optimizer, learningRate, losses.length), rivals.iteRand);
});

test('a hidden-fold network has PyTorch’s losses, scores, masks and running statistics', async () => {
  const { weights, means, variances, masks, learningRate, losses, ...run } = rivals.hiddenFold;
  const plain = (inputs: number, outputs: number) => dense(inputs, outputs, { bias: false });
  const block = foldedBlock({ layers: [plain(6, 6), plain(6, 6)], features: [6, 6], iterations: 2 });
  const model = sequential([plain(5, 6), block, plain(6, 3)]);
  const { leaves } = layoutOf(model.params, 'params');
  const layers = leaves.filter(({ path }) => path.endsWith('weight'));
  const start = initialize(model, 0);
  const scores = new Float32Array(start.length);
  let at = 0;
  for (const { offset, size } of layers) {
    start.set(weights.slice(at, at + size), offset);
    scores.set(run.scores.slice(at, at + size), offset);
    at += size;
  }
  const optimizer = edgePopup({ ...settingsOf({ ...rivals.hiddenFold }), scores });
  const result = await trained(model, start, optimizer, learningRate, losses.length);
  expectClose(result.losses, losses);
  const flatOf = (values: Float32Array) =>
    layers.flatMap(({ offset, size }) => [...values.subarray(offset, offset + size)]);
  expect(flatOf(result.params).map((value) => (value === 0 ? 0 : 1))).toEqual(masks);
  expectClose(flatOf(arrayOf(result.arrays, 'scores')), run.finalScores);
  const statistics = (name: string) =>
    leaves.flatMap(({ path, offset, size }) =>
      path.endsWith(name) ? [...result.params.subarray(offset, offset + size)] : [],
    );
  expectClose(statistics('mean'), means.flat(2));
  expectClose(statistics('variance'), variances.flat(2));
});

test('signed permutations have PyTorch’s losses and parameters, at work and settled', async () => {
  const { weights, period, learningRate, losses, atWork, settled } = rivals.signed;
  const optimizer = signedLaperm({ period, inner: momentum() });
  const result = await trained(mlp(), Float32Array.from(weights), optimizer, learningRate, losses.length);
  expectClose(result.losses, losses);
  expectClose(result.params, settled);
  expectClose(arrayOf(result.arrays, 'params'), atWork);
});
