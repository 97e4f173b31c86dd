import { applyScaling, createMatrix, fitStandardization, gaussianSample, type Matrix } from '@unbraid/data';
import { createGalu, outputWeights, reluNetwork } from '@unbraid/galu';
import { createRandom } from '@unbraid/kernels';
import { adam, cosineDecay, fit, meanSquaredError, predict } from '@unbraid/nn';
import { sharedRuntime } from '../shared-runtime.ts';
import type { TaskContext } from '../task-context.ts';
import type { Point } from './points.ts';
import { DIMENSION, FIELD, type Fit, type GaluFit, type GaluTasks, type Problem, type Sweep } from './tasks.ts';

/** Adam's steps for the ReLU network. Rate and steps are the best of eight, each tried on seeds 100 to 102; training the output weights, too, was better throughout. */
const RELU_STEPS = 3000;
const RELU_RATE = 0.03;

/** The sample of many dimensions that the sweep has beside the plane. */
const WIDE = { samples: 300, dimension: 30 };
/** Sizes of the sweeps, as k·d / m. */
const PLANE_RATIOS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4];
const WIDE_RATIOS = [0.2, 0.4, 0.6, 0.8, 0.9, 1, 1.1, 1.2, 1.4, 1.7, 2];

/** The settings of the demo's networks: the paper's, which has no intercept, with gates anywhere among the points. The ridge is for the solver's sake. */
const settingsOf = (neurons: number, seed: number) =>
  ({ neurons, scale: true, intercept: false, ridge: 1e-6, seed }) as const;

/** So many points, or so few, are what the demo is about. */
const onWarning = () => {};

/** A GaLU network at its global optimum. */
export async function fitGalu({ points, neurons, seed }: Problem, { signal }: TaskContext<never>): Promise<GaluFit> {
  const runtime = await sharedRuntime();
  const { x, y } = sampleOf(points);
  const galu = createGalu({ ...settingsOf(neurons, seed), runtime });
  const { network, report, predict: outputs } = await galu.fit(x, y, { signal, onWarning });
  const { mean, scale } = network.scaling!;
  return {
    error: report.error,
    wrong: wrongOf(points, await outputs(x)),
    field: (await outputs(grid)).data,
    gates: Array.from({ length: neurons }, (_, j) => {
      const [u = 0, v = 0, c = 0] = network.gates.data.subarray(DIMENSION * j);
      const [a, b] = [u / scale[0]!, v / scale[1]!];
      return [a, b, c - a * mean[0]! - b * mean[1]!] as const;
    }),
  };
}

/** A ReLU network with as many neurons, its output weights trained, too, by full-batch Adam: the best that it came by. */
export async function fitRelu(
  { points, neurons, seed }: Problem,
  { signal, progress }: TaskContext<GaluTasks['relu']['progress']>,
): Promise<Fit> {
  const runtime = await sharedRuntime();
  const random = createRandom(seed);
  const { x, y } = sampleOf(points);
  const scaling = fitStandardization(x);
  const model = reluNetwork({
    inputs: DIMENSION,
    a: outputWeights(neurons, 1, random.split('output weights')),
    trainOutput: true,
  });
  const inputs = withConstant(applyScaling(scaling, x));
  const { best } = await fit({
    model,
    loss: meanSquaredError,
    data: { x: inputs, y },
    optimizer: adam(),
    learningRate: cosineDecay(RELU_RATE, RELU_STEPS),
    batchSize: Number.POSITIVE_INFINITY,
    steps: RELU_STEPS,
    seed: random.split('weights').int(2 ** 31),
    onEpoch: ({ step }) => progress(() => ({ step, steps: RELU_STEPS })),
    onWarning,
    signal,
    runtime,
  });
  const outputs = (rows: Matrix) => predict(model, best!.params, rows, { runtime });
  return {
    error: best!.score,
    wrong: wrongOf(points, await outputs(inputs)),
    field: (await outputs(withConstant(applyScaling(scaling, grid)))).data,
  };
}

/** Training error of GaLU networks of several sizes on the same points. */
export async function sweepSizes(
  { points, seed }: GaluTasks['sweep']['input'],
  context: TaskContext<never>,
): Promise<Sweep> {
  return sweepOf(sampleOf(points), DIMENSION, { ratios: PLANE_RATIOS, settings: { scale: true }, seed }, context);
}

/** The same in many dimensions: Gaussian inputs and random signs, as in the paper's statement. */
export async function sweepWide({ seed }: GaluTasks['wide']['input'], context: TaskContext<never>): Promise<Sweep> {
  const { x, y } = gaussianSample({ ...WIDE, random: createRandom(seed).split('many dimensions') });
  const sample = { x, y: createMatrix(y.length, 1, y) };
  return sweepOf(sample, WIDE.dimension, { ratios: WIDE_RATIOS, settings: {}, seed }, context);
}

interface Sample {
  readonly x: Matrix;
  readonly y: Matrix;
}

interface SweepPlan {
  readonly ratios: readonly number[];
  readonly settings: { readonly scale?: boolean };
  readonly seed: number;
}

async function sweepOf(
  { x, y }: Sample,
  dimension: number,
  { ratios, settings, seed }: SweepPlan,
  { signal, progress }: TaskContext<never>,
): Promise<Sweep> {
  const runtime = await sharedRuntime();
  const neurons = [...new Set(ratios.map((ratio) => Math.max(1, Math.round((ratio * x.rows) / dimension))))];
  const error: number[] = [];
  for (const k of neurons) {
    const galu = createGalu({ ...settingsOf(k, seed), scale: false, ...settings, runtime });
    error.push((await galu.fit(x, y, { signal, onWarning })).report.error);
    await progress(() => undefined as never);
  }
  return { neurons, ratio: neurons.map((k) => (k * dimension) / x.rows), error };
}

function sampleOf(points: readonly Point[]): Sample {
  const x = createMatrix(points.length, 2, Float32Array.from(points.flatMap((point) => [point.x, point.y])));
  return {
    x,
    y: createMatrix(
      points.length,
      1,
      Float32Array.from(points, ({ label }) => label),
    ),
  };
}

/** Middles of the field's pixels. */
const grid = createMatrix(
  FIELD * FIELD,
  2,
  Float32Array.from({ length: 2 * FIELD * FIELD }, (_, i) => {
    const place = i % 2 === 0 ? (i / 2) % FIELD : Math.floor(i / 2 / FIELD);
    const middle = (2 * place + 1) / FIELD - 1;
    return i % 2 === 0 ? middle : -middle;
  }),
);

function withConstant({ rows, data }: Matrix): Matrix {
  const all = createMatrix(rows, DIMENSION);
  for (let i = 0; i < rows; i++) all.data.set([data[2 * i]!, data[2 * i + 1]!, 1], DIMENSION * i);
  return all;
}

const wrongOf = (points: readonly Point[], { data }: Matrix): boolean[] =>
  points.map(({ label }, i) => data[i]! * label <= 0);
