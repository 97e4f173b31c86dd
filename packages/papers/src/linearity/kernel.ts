import type { Matrix } from '@unbraid/data';
import { defineExperiment, type RunContext } from '@unbraid/experiment';
import type { Runtime } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import {
  descend,
  distanceBetween,
  kernelChange,
  kernelSensitivity,
  kernelSpectrum,
  movedAlong,
  type TangentKernel,
  type TangentPoint,
  tangentKernel,
} from '@unbraid/linearity';
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
import { type KernelTrial, reportKernel, summarizeKernel } from './kernel-report.ts';
import { pointsOnSphere, randomTargets } from './points.ts';
import { trainingSettings, whenToMeasure } from './training.ts';

const settings = z.object({
  widths: widthsSetting([30, 100, 300, 1000, 3000]),
  networks: networksSetting([10, 10, 10, 10, 3]),
  radius: z.number().gt(0).default(1).describe('Of the ball around the start in which the kernel changes most'),
  samples: z.int().min(2).default(20).describe('n, inputs with random targets'),
  ...networkSettings,
  bottleneckWidth: networkSettings.bottleneckWidth.default(5),
  ...trainingSettings,
});

type Settings = z.output<typeof settings>;

export const kernel = defineExperiment({
  name: 'linearity/kernel',
  title: 'How far the tangent kernel moves while a network is trained',
  paper: 'arXiv 2010.01092',
  description:
    'Trains networks by gradient descent on the mean squared error of random targets and follows their tangent kernel: its largest relative ' +
    'change, and its smallest eigenvalue, the constant of the PL* condition. Beside it stands the change in a ball of fixed radius, in the ' +
    'direction in which the kernel changes fastest. With a linear output both vanish with the width: the latter as 1/√m, which is what the ' +
    'Hessian’s norm allows; the change on the path faster, as 1/m once m is large against n, for output weights of both signs cancel its ' +
    'leading term (Dyer and Gur-Ari 2019). With a non-linear output or a bottleneck both stay, and training reaches the same loss all the same.',
  settings,
  presets: {
    smoke: { widths: [20, 60], networks: [2], samples: 5, loss: 0.01 },
    short: { networks: [6, 6, 6, 6, 2] },
    full: {},
  },
  metrics: {
    loss: { description: 'Training loss', x: 'step', by: ['family', 'width', 'network'] },
    change: {
      description: 'Relative change of the tangent kernel since the first step',
      x: 'step',
      by: ['family', 'width', 'network'],
    },
    smallest: {
      description: 'Smallest eigenvalue of the tangent kernel',
      x: 'step',
      by: ['family', 'width', 'network'],
    },
    distance: {
      description: 'Distance of the trained weights from the first ones',
      x: 'width',
      by: ['family', 'network'],
    },
    ballChange: {
      description:
        'Relative change of the tangent kernel at a fixed distance, in the direction in which it changes fastest',
      x: 'width',
      by: ['family', 'network'],
    },
  },
  summary: {
    changeSlopeLinear: 'Exponent p of the largest relative change of the kernel ~ m^p for a linear output',
    changeSlopeNonlinear: 'the same for a non-linear output',
    changeSlopeBottleneck: 'the same for networks with a bottleneck',
    ballSlopeLinear:
      'Exponent of the change at distance `radius` from the start, in the direction in which the kernel changes fastest, for a linear output: what the theorem bounds',
    ballSlopeNonlinear: 'the same for a non-linear output',
    ballSlopeBottleneck: 'the same for networks with a bottleneck',
    errorLinear: 'standard error of changeSlopeLinear, from the scatter between networks',
    errorNonlinear: 'standard error of changeSlopeNonlinear',
    errorBottleneck: 'standard error of changeSlopeBottleneck',
    lossLinear: 'Largest training loss at the end, linear output',
    lossNonlinear: 'the same for a non-linear output',
    lossBottleneck: 'the same for networks with a bottleneck',
    plLinear: 'Smallest eigenvalue of the kernel on the way, the smallest over networks with a linear output',
    plNonlinear: 'the same for a non-linear output',
    plBottleneck: 'the same for networks with a bottleneck',
    unreached: 'Networks that did not reach the target loss within maxSteps',
    largestBound: 'Largest bound of what rounding adds to a change',
  },
  async run(context) {
    const { nodeRuntime } = await import('@unbraid/graph/node');
    const runtime = nodeRuntime();
    const { settings: s, seed } = context;
    const random = createRandom(seed);
    const x = pointsOnSphere(s.samples, s.dimension, random.split('inputs'));
    const y = randomTargets(s.samples, s.amplitude, random.split('targets'));
    const cases = casesOf(s.widths, (_, index) => networksAt(s.networks, index));
    checkCases(cases, s, TRAINING_VECTORS);
    const trials = await measureCases(context, cases, (at) => train(context, at, { x, y }, runtime));
    await reportKernel(context, trials, s.loss);
    return summarizeKernel(trials, s.loss);
  },
});

interface Task {
  readonly x: Matrix;
  readonly y: Matrix;
}

async function train(
  { settings: s, seed, signal, log }: RunContext<Settings>,
  at: Case,
  { x, y }: Task,
  runtime: Runtime,
): Promise<KernelTrial> {
  const model = networkOf(at.family, at.width, s);
  const params = drawnParams(model, seed, at);
  const due = whenToMeasure(s.loss);
  let first: TangentKernel | undefined;
  let [change, bound, smallest] = [0, 0, Number.POSITIVE_INFINITY];
  let rate = 0;
  const end = await descend(
    { model, params, x, y },
    {
      learningRate: () => rate,
      targetLoss: s.loss,
      maxSteps: s.maxSteps,
      runtime,
      signal,
      // The report has the loss that was reached.
      onWarning: () => {},
      async onStep(state) {
        if (!due(state)) return;
        const now = await tangentKernel({ model, params: state.params }, x, x, { runtime, sampledRows: 0 });
        first ??= now;
        const moved = kernelChange(first, now);
        const spectrum = kernelSpectrum(now);
        log({ ...at, step: state.step, loss: state.loss, change: moved.value, smallest: spectrum.smallest });
        change = Math.max(change, moved.value);
        bound = Math.max(bound, moved.bound);
        smallest = Math.min(smallest, spectrum.smallest);
        rate = (s.rate * x.rows) / spectrum.largest;
      },
    },
  );
  const distance = distanceBetween(end.params, params);
  const ballChange = await changeInBall({ model, params }, x, { radius: s.radius, runtime, signal });
  log({ ...at, distance, ballChange });
  return { ...at, change, ballChange, distance, bound, smallest, loss: end.loss, steps: end.steps };
}

/** The relative change of the kernel at a distance of `radius`, in the direction in which it changes fastest, forth or back. */
async function changeInBall(
  { model, params }: TangentPoint,
  x: Matrix,
  { radius, runtime, signal }: { readonly radius: number; readonly runtime: Runtime; readonly signal: AbortSignal },
): Promise<number> {
  const { direction } = await kernelSensitivity({ model, params }, x, { runtime, signal, onWarning: () => {} });
  const at = (step: number) =>
    tangentKernel({ model, params: movedAlong(params, direction, step) }, x, x, { runtime, sampledRows: 0 });
  const [middle, forth, back] = [await at(0), await at(radius), await at(-radius)];
  return Math.max(kernelChange(middle, forth).value, kernelChange(middle, back).value);
}
