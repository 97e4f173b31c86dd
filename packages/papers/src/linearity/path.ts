import type { Matrix } from '@unbraid/data';
import { defineExperiment, type RunContext } from '@unbraid/experiment';
import type { Runtime } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { type DescentState, descend, largestRate, linearize, tangentKernel } from '@unbraid/linearity';
import { type AnyModel, initialize, predict } from '@unbraid/nn';
import { z } from 'zod';
import {
  type Case,
  casesOf,
  checkCases,
  drawnParams,
  measureCases,
  networkOf,
  networkSettings,
  networksAt,
  networksSetting,
  TRAINING_VECTORS,
  widthsSetting,
} from './families.ts';
import { type PathPoint, type PathTrial, reportPath, summarizePath } from './path-report.ts';
import { pointsOnSphere, randomTargets } from './points.ts';
import { trainingSettings, whenToMeasure } from './training.ts';

const settings = z.object({
  widths: widthsSetting([30, 100, 300, 1000, 3000]),
  networks: networksSetting([5, 5, 5, 5, 2]),
  samples: z.int().min(2).default(20).describe('n, inputs with random targets'),
  testInputs: z.int().min(1).default(100).describe('Further inputs at which model and tangent model are compared'),
  ...networkSettings,
  bottleneckWidth: networkSettings.bottleneckWidth.default(5),
  ...trainingSettings,
  rate: trainingSettings.rate.default(0.25),
  maxSteps: trainingSettings.maxSteps.default(2000),
});

type Settings = z.output<typeof settings>;

export const path = defineExperiment({
  name: 'linearity/path',
  title: 'A network and its tangent model along the training path',
  paper: 'arXiv 2010.01092',
  description:
    'Trains networks by gradient descent and compares them with their tangent model at the start: at the same weights, all along the path, ' +
    'on training inputs and on others; and with the tangent model trained by itself at the same rate. Wide networks with a linear output ' +
    'train as their tangent model does; the others leave it, at any width.',
  settings,
  presets: {
    smoke: { widths: [20, 60], networks: [1], samples: 5, testInputs: 20, loss: 0.01, maxSteps: 300 },
    short: { widths: [30, 100, 300, 1000], networks: [3, 3, 3, 2], maxSteps: 1000 },
    full: {},
  },
  metrics: {
    loss: { description: 'Training loss', x: 'step', by: ['family', 'width', 'network', 'model'] },
    train: {
      description: 'Root mean square of f − f_lin on the training inputs',
      x: 'step',
      by: ['family', 'width', 'network', 'model'],
    },
    test: {
      description: 'Root mean square of f − f_lin on the test inputs',
      x: 'step',
      by: ['family', 'width', 'network', 'model'],
    },
  },
  summary: {
    distanceSlopeLinear: 'Exponent p of the largest ‖f − f_lin‖ on the path ~ m^p, on test inputs, for a linear output',
    distanceSlopeNonlinear: 'the same for a non-linear output',
    distanceSlopeBottleneck: 'the same for networks with a bottleneck',
    distanceLinear:
      'Largest root mean square of f − f_lin on test inputs at the largest width, linear output, mean over networks',
    distanceNonlinear: 'the same for a non-linear output',
    distanceBottleneck: 'the same for networks with a bottleneck',
    curvesApartLinear:
      'Largest gap between the roots of both losses in training at the largest width, as a share of the first, linear output',
    curvesApartNonlinear: 'the same for a non-linear output',
    curvesApartBottleneck: 'the same for networks with a bottleneck',
  },
  async run(context) {
    const { nodeRuntime } = await import('@unbraid/graph/node');
    const runtime = nodeRuntime();
    const { settings: s, seed } = context;
    const random = createRandom(seed);
    const task = {
      x: pointsOnSphere(s.samples, s.dimension, random.split('inputs')),
      y: randomTargets(s.samples, s.amplitude, random.split('targets')),
      test: pointsOnSphere(s.testInputs, s.dimension, random.split('test inputs')),
    };
    const cases = casesOf(s.widths, (_, index) => networksAt(s.networks, index));
    checkCases(cases, s, TRAINING_VECTORS);
    const trials = await measureCases(context, cases, (at) => follow(context, at, task, runtime));
    await reportPath(context, trials);
    return summarizePath(trials);
  },
});

interface Task {
  readonly x: Matrix;
  readonly y: Matrix;
  readonly test: Matrix;
}

async function follow(
  { settings: s, seed, signal, log }: RunContext<Settings>,
  at: Case,
  { x, y, test }: Task,
  runtime: Runtime,
): Promise<PathTrial> {
  const model = networkOf(at.family, at.width, s);
  const params = drawnParams(model, seed, at);
  const start = await tangentKernel({ model, params }, x, x, { runtime, sampledRows: 0 });
  // Where a descent ends at its most steps, the loss in the report shows it.
  const onWarning = () => {};
  const learningRate = s.rate * largestRate(start);
  const options = { learningRate, targetLoss: s.loss, maxSteps: s.maxSteps, runtime, signal, onWarning };
  const tangent = linearize(model, params);
  const distance = (state: DescentState, inputs: Matrix) =>
    apart(runtime, inputs, { model, params: state.params }, { model: tangent, params: joined(state.params, params) });

  const points: PathPoint[] = [];
  const due = whenToMeasure(s.loss);
  await descend(
    { model, params, x, y },
    {
      ...options,
      async onStep(state) {
        if (!due(state)) return;
        const { step, loss } = state;
        points.push({ step, loss, train: await distance(state, x), test: await distance(state, test) });
        log({ ...at, model: 'network', ...points.at(-1)! });
      },
    },
  );
  const losses: number[] = [];
  const steps = new Set(points.map(({ step }) => step));
  const last = points.at(-1)!.step;
  await descend(
    { model: tangent, params: initialize(tangent, 0), x, y },
    {
      ...options,
      targetLoss: 0,
      maxSteps: last,
      async onStep({ step, loss }) {
        if (!steps.has(step)) return;
        losses.push(loss);
        log({ ...at, model: 'tangent model', step, loss });
      },
    },
  );
  return { ...at, points, tangentLosses: losses };
}

/** The tangent model's parameters: weights, then origin. */
function joined(weights: Float32Array, origin: Float32Array): Float32Array {
  const flat = new Float32Array(weights.length + origin.length);
  flat.set(weights);
  flat.set(origin, weights.length);
  return flat;
}

interface Point {
  readonly model: AnyModel;
  readonly params: Float32Array;
}

/** Root mean square of the difference of two models' outputs. */
async function apart(runtime: Runtime, x: Matrix, a: Point, b: Point): Promise<number> {
  const [f, g] = [await predict(a.model, a.params, x, { runtime }), await predict(b.model, b.params, x, { runtime })];
  const square = f.data.reduce((sum, value, i) => sum + (value - g.data[i]!) ** 2, 0);
  return Math.sqrt(square / f.data.length);
}
