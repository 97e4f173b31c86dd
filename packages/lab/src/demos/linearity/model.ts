import { DivergedError } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { compile, f32, type Runtime, type Scope, trace, withScope } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import {
  type DescentOptions,
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
/**
 * Learning rates as shares of n / λ_max, the largest that the kernel's top eigenvalue allows at the start. With a bottleneck the kernel grows on the way: at
 * a share of 0.25 five of 150 networks diverged (seeds 1 to 25, widths 4 to 128), at 0.1 none.
 */
const SHARES: Readonly<Record<Family, number>> = { linear: 0.25, nonlinear: 0.25, bottleneck: 0.1 };

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

/** A network to be trained: its first weights, its tangent model there, and how. */
interface Task {
  readonly model: AnyModel;
  readonly params: Float32Array;
  readonly tangent: AnyModel;
  readonly points: Path['points'];
  readonly x: Matrix;
  readonly y: Matrix;
  readonly options: Pick<DescentOptions, 'maxSteps' | 'runtime' | 'signal'> & { readonly learningRate: number };
}

/** @param drawn the network's own seed */
async function taskOf({ family, width, seed }: Network, drawn: number, signal: AbortSignal): Promise<Task> {
  const runtime = await sharedRuntime();
  const points = pointsOf(seed);
  const x = inputsOf(points.map(([place]) => place));
  const y = createMatrix(
    POINTS,
    1,
    Float32Array.from(points, ([, target]) => target),
  );
  const model = networkOf(family, width);
  const params = initialize(model, drawn);
  const kernel = await tangentKernel({ model, params }, x, x, { runtime, sampledRows: 0 });
  const options = { learningRate: SHARES[family] * largestRate(kernel), maxSteps: MOMENTS.at(-1)!, runtime, signal };
  return { model, params, tangent: linearize(model, params), points, x, y, options };
}

/** A network on its way: lists along `MOMENTS`. */
interface Course {
  readonly functions: Float32Array[];
  readonly losses: number[];
  readonly distances: number[];
}

/** Gradient descent of a network, compared with its tangent model at the same weights. */
async function trainNetwork(
  { model, params, tangent, x, y, options }: Task,
  course: Course,
  onStep: () => Promise<void>,
): Promise<void> {
  await withScope(async (scope) => {
    const f = await evaluatorOf(scope, model, options.runtime!);
    const linear = await evaluatorOf(scope, tangent, options.runtime!);
    await descend(
      { model, params, x, y },
      {
        ...options,
        async onStep({ step, loss, params: now }) {
          if (isMoment(step)) {
            // A copy: another task may make the arena grow, which takes views away.
            const both = joined(now, params);
            course.functions.push(await f(now));
            course.distances.push(apart(course.functions.at(-1)!, await linear(both)));
            course.losses.push(loss);
          }
          await onStep();
        },
      },
    );
  });
}

/** Trains a network, and its tangent model by itself, with as many steps at the same rate. */
export async function followPath(network: Network, { signal, progress }: TaskContext<Path>): Promise<Path> {
  const task = await taskOf(network, network.seed, signal);
  const { params, tangent, points, x, y, options } = task;
  const course: Course = { functions: [], losses: [], distances: [] };
  const tangents: Float32Array[] = [];
  const tangentLosses: number[] = [];
  const path = (): Path => ({ points, ...course, tangents, tangentLosses });
  await trainNetwork(task, course, () => progress(path));
  await withScope(async (scope) => {
    const linear = await evaluatorOf(scope, tangent, options.runtime!);
    await descend(
      { model: tangent, params: joined(params, params), x, y },
      {
        ...options,
        async onStep({ step, loss, params: now }) {
          if (isMoment(step)) {
            tangents.push(await linear(now));
            tangentLosses.push(loss);
          }
          await progress(path);
        },
      },
    );
  });
  return path();
}

/** ‖H‖, ‖∇f‖ and the distance from the tangent model for each width. */
export async function measureWidths(
  { family, seed }: LinearityTasks['widths']['input'],
  { signal, progress }: TaskContext<Widths>,
): Promise<Widths> {
  const runtime = await sharedRuntime();
  const [first] = pointsOf(seed);
  const x = inputsOf([first![0]]);
  const widths = { hessian: [] as number[], gradient: [] as number[], distance: [] as number[] };
  const breathe = () => progress(() => widths);
  for (const width of WIDTHS) {
    const sums = { hessian: 0, gradient: 0, distance: 0 };
    for (let drawn = seed; drawn < seed + NETWORKS; drawn++) {
      const task = await taskOf({ family, width, seed }, drawn, signal);
      const { model, params } = task;
      sums.hessian += (await hessianNorm({ model, params, x }, { tolerance: 0.01, runtime, signal })).norm.value;
      await breathe();
      sums.gradient += (await gradientNorm({ model, params, x }, { runtime })).value;
      const course: Course = { functions: [], losses: [], distances: [] };
      sums.distance += await trainNetwork(task, course, breathe).then(
        () => Math.max(...course.distances),
        divergedAsNaN,
      );
    }
    widths.hessian.push(sums.hessian / NETWORKS);
    widths.gradient.push(sums.gradient / NETWORKS);
    widths.distance.push(sums.distance / NETWORKS);
  }
  return widths;
}

/** Of a network that left all bounds there is no largest distance. @throws what else went wrong */
function divergedAsNaN(error: unknown): number {
  if (error instanceof DivergedError) return Number.NaN;
  throw error;
}

const isMoment = (step: number): boolean => (MOMENTS as readonly number[]).includes(step);

/** The tangent model's parameters: weights, then origin. */
function joined(weights: Float32Array, origin: Float32Array): Float32Array {
  const flat = new Float32Array(origin.length * 2);
  flat.set(weights.subarray(0, origin.length));
  flat.set(origin, origin.length);
  return flat;
}

/** A model at `gridPlaces`, compiled once for many parameters. */
async function evaluatorOf(scope: Scope, model: AnyModel, runtime: Runtime) {
  const { rows, cols, data } = inputsOf(gridPlaces);
  const specs = { params: model.params as ParamSpec, x: f32(rows, cols) };
  const graph = trace(specs, (t) => ({ y: applyModel(model, t.params, t.x) }));
  const step = scope.own(await compile(graph, runtime));
  return async (params: Float32Array): Promise<Float32Array> => {
    step.inputs.params.float32.set(params);
    step.inputs.x.float32.set(data);
    await step.run();
    return step.outputs.y.float32.slice();
  };
}

const apart = (a: Float32Array, b: Float32Array): number =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length);
