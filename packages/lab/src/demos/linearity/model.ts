import { createMatrix, type Matrix } from '@unbraid/data';
import { compile, f32, type Runtime, trace } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import {
  descend,
  gradientNorm,
  hessianNorm,
  largestRate,
  linearize,
  ntkNetwork,
  tangentKernel,
} from '@unbraid/linearity';
import { type AnyModel, applyModel, initialize, type ParamSpec } from '@unbraid/nn';
import { sharedRuntime } from '../shared-runtime.ts';
import type { TaskContext } from '../task-context.ts';
import {
  type Family,
  gridPlaces,
  type LinearityTasks,
  MOMENTS,
  NETWORKS,
  type Network,
  type Path,
  WIDTHS,
  type Widths,
} from './tasks.ts';

const POINTS = 5;
/** Size and frequency of the wave on which targets lie. */
const AMPLITUDE = 0.7;
const WAVE = 2.5;
/** The learning rate as a share of n / λ_max, the largest that the kernel's top eigenvalue allows. */
const SHARE = 0.5;

/** φ is tanh; two hidden layers, and with a bottleneck a layer of one neuron between them. */
export function networkOf(family: Family, width: number): AnyModel {
  const shared = { inputs: 2, width, activation: 'tanh' } as const;
  return family === 'bottleneck'
    ? ntkNetwork({ ...shared, depth: 3, bottleneck: { layer: 2 } })
    : ntkNetwork({ ...shared, depth: 2, output: family });
}

/** Places in [−1, 1], one in each fifth, on a wave of random phase. */
export function pointsOf(seed: number): Path['points'] {
  const random = createRandom(seed).split('points');
  const phase = 2 * Math.PI * random.next();
  return Array.from({ length: POINTS }, (_, i) => {
    const place = (2 * (i + 0.2 + 0.6 * random.next())) / POINTS - 1;
    return [place, AMPLITUDE * Math.sin(WAVE * place + phase)] as const;
  });
}

/**
 * A place z as an input of two numbers, √2 (sin z, cos z): of norm √d, so that a first layer sees numbers of size 1. Networks without biases of an
 * odd activation are odd, which doesn't show on less than half of a circle.
 */
export const inputsOf = (places: readonly number[]): Matrix =>
  createMatrix(
    places.length,
    2,
    Float32Array.from(places.flatMap((z) => [Math.SQRT2 * Math.sin(z), Math.SQRT2 * Math.cos(z)])),
  );

/** Trains a network, and its tangent model beside it. */
export async function followPath(
  { family, width, seed }: Network,
  { signal, progress }: TaskContext<Path>,
): Promise<Path> {
  const runtime = await sharedRuntime();
  const points = pointsOf(seed);
  const x = inputsOf(points.map(([place]) => place));
  const y = createMatrix(
    POINTS,
    1,
    Float32Array.from(points, ([, target]) => target),
  );
  const model = networkOf(family, width);
  const params = initialize(model, seed);
  const tangent = linearize(model, params);
  const learningRate = SHARE * largestRate(await tangentKernel({ model, params }, x, x, { runtime, sampledRows: 0 }));
  const options = { learningRate, maxSteps: MOMENTS.at(-1)!, runtime, signal };
  const grid = inputsOf(gridPlaces);
  const [f, linear] = [await evaluatorOf(model, grid, runtime), await evaluatorOf(tangent, grid, runtime)];
  try {
    const functions: Float32Array[] = [];
    const distances: number[] = [];
    const losses: number[] = [];
    const tangents: Float32Array[] = [];
    const tangentLosses: number[] = [];
    const path = (): Path => ({ points, functions, tangents, losses, tangentLosses, distances });
    await descend(
      { model, params, x, y },
      {
        ...options,
        async onStep({ step, loss, params: now }) {
          if (isMoment(step)) {
            functions.push(await f.at(now));
            distances.push(apart(functions.at(-1)!, await linear.at(joined(now, params))));
            losses.push(loss);
          }
          await progress(path);
        },
      },
    );
    await descend(
      { model: tangent, params: joined(params, params), x, y },
      {
        ...options,
        async onStep({ step, loss, params: now }) {
          if (isMoment(step)) {
            tangents.push(await linear.at(now));
            tangentLosses.push(loss);
          }
          await progress(path);
        },
      },
    );
    return path();
  } finally {
    await f.release();
    await linear.release();
  }
}

/** ‖H‖, ‖∇f‖ and the distance from the tangent model for each width. */
export async function measureWidths(
  { family, seed }: LinearityTasks['widths']['input'],
  context: TaskContext<Widths>,
): Promise<Widths> {
  const runtime = await sharedRuntime();
  const [first] = pointsOf(seed);
  const x = inputsOf([first![0]]);
  const widths = { hessian: [] as number[], gradient: [] as number[], distance: [] as number[] };
  for (const width of WIDTHS) {
    const model = networkOf(family, width);
    const norms: number[] = [];
    const gradients: number[] = [];
    for (let network = 0; network < NETWORKS; network++) {
      const params = initialize(model, seed + network);
      norms.push(
        (await hessianNorm({ model, params, x }, { tolerance: 0.01, runtime, signal: context.signal })).norm.value,
      );
      gradients.push((await gradientNorm({ model, params, x }, { runtime })).value);
      await context.progress(() => widths);
    }
    const { distances } = await followPath(
      { family, width, seed },
      { ...context, progress: () => context.progress(() => widths) },
    );
    widths.hessian.push(mean(norms));
    widths.gradient.push(mean(gradients));
    widths.distance.push(Math.max(...distances));
  }
  return widths;
}

const isMoment = (step: number): boolean => (MOMENTS as readonly number[]).includes(step);

/** The tangent model's parameters: weights, then origin. */
function joined(weights: Float32Array, origin: Float32Array): Float32Array {
  const flat = new Float32Array(origin.length * 2);
  flat.set(weights.subarray(0, origin.length));
  flat.set(origin, origin.length);
  return flat;
}

/** A model at the rows of a grid, compiled once for many parameters. */
async function evaluatorOf(model: AnyModel, x: Matrix, runtime: Runtime) {
  const specs = { params: model.params as ParamSpec, x: f32(x.rows, x.cols) };
  const graph = trace(specs, (t) => ({ y: applyModel(model, t.params, t.x) }));
  const step = await compile(graph, runtime);
  return {
    async at(params: Float32Array): Promise<Float32Array> {
      step.inputs.params.float32.set(params);
      step.inputs.x.float32.set(x.data);
      await step.run();
      return step.outputs.y.float32.slice();
    },
    release: () => step.release(),
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const apart = (a: Float32Array, b: Float32Array): number =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length);
