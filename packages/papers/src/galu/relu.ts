import type { Matrix } from '@unbraid/data';
import { defineExperiment, once, type RunContext } from '@unbraid/experiment';
import { gaussianGates, largestPenalty } from '@unbraid/galu';
import type { Runtime } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { z } from 'zod';
import { agreement } from './cvxpy-agreement.ts';
import { type Problem, problems, type Samples, samplesOf } from './relu-data.ts';
import { type Convex, convexFit, stacked, type Trained, trainedFit } from './relu-fits.ts';
import { type ReluResult, reportRelu, summarizeRelu } from './relu-report.ts';

const settings = z.object({
  problems: z
    .array(z.enum(problems))
    .min(1)
    .default([...problems])
    .describe('What is learnt'),
  rows: z.int().min(20).max(6000).default(1000).describe('n, training rows of each problem'),
  testRows: z.int().min(20).max(2000).default(1000).describe('Test rows; of digits there may be fewer'),
  inputs: z.int().min(1).max(784).default(10).describe("d, the teacher's inputs, and principal components of digits"),
  teacherNeurons: z.int().min(1).default(5).describe('Neurons of the ReLU network that is drawn as a teacher'),
  noise: z.number().min(0).default(0.1).describe("Deviation of the noise on the teacher's outputs, whose own is 1"),
  pair: z
    .tuple([z.int().min(0).max(9), z.int().min(0).max(9)])
    .default([4, 9])
    .describe('The two digits'),
  gates: z.int().min(1).default(200).describe('Gates that are drawn'),
  shares: z
    .array(z.number().positive().max(1))
    .min(1)
    .default([0.3, 0.1, 0.03, 0.01])
    .describe('Penalties, as shares of the one at which no gated neuron is worth its weight'),
  wide: z.int().min(1).default(100).describe('Neurons of the wide networks that Adam trains'),
  starts: z.int().min(1).default(5).describe('Starts of Adam, of each size'),
  steps: z.int().min(1).default(6000).describe('Steps of Adam, each over all rows'),
  learningRate: z
    .number()
    .positive()
    .default(0.02)
    .describe('Learning rate of Adam at the start; it falls to 0 as half a cosine'),
  tolerance: z.number().positive().default(1e-6).describe('Duality gap at which programs end, as a share of ‖y‖²/2n'),
});

type Settings = z.output<typeof settings>;

/** A problem at a penalty. */
interface At {
  readonly problem: Problem;
  readonly share: number;
}

/** What the drawn gates come to. */
interface Drawn {
  /** λ */
  readonly penalty: number;
  readonly gated: Convex;
  readonly decomposed: Convex;
  readonly relu: Convex;
}

/** A network that Adam trains. */
interface Start extends At {
  readonly size: 'same' | 'wide';
  readonly start: number;
}

interface Tools {
  readonly context: RunContext<Settings>;
  readonly runtime: Runtime;
  readonly samples: Readonly<Record<Problem, () => Promise<Samples>>>;
}

export const relu = defineExperiment({
  name: 'galu/relu',
  title: 'Two-layer ReLU networks at their optimum, and how near training comes',
  paper: 'arXiv 2202.01331',
  description:
    'Solves the convex programs that two-layer networks with weight decay are: gated neurons, their decomposition into ReLU neurons, and ReLU networks themselves, each with the duality gap. ' +
    'Then Adam trains networks of the same number of neurons and wide ones from several starts, and the program is solved once more with the patterns at which all of them ended, ' +
    'so that its optimum is below each of them: what Adam left is known. Optima on a small problem are compared with those that CVXPY found.',
  settings,
  presets: {
    smoke: {
      ...{ rows: 60, testRows: 60, inputs: 4, gates: 30, shares: [0.1, 0.03] },
      ...{ wide: 20, starts: 2, steps: 300 },
    },
    short: {
      ...{ rows: 200, testRows: 500, inputs: 6, gates: 50, shares: [0.3, 0.1, 0.03] },
      ...{ wide: 30, starts: 3, steps: 2000 },
    },
    full: {},
  },
  metrics: {
    objective: { description: 'Loss and weight decay', x: 'share', by: ['problem', 'network', 'start'] },
    gap: { description: 'How far above the optimum that can be', x: 'share', by: ['problem', 'network'] },
    neurons: { description: "Neurons that aren't 0", x: 'share', by: ['problem', 'network', 'start'] },
    training: { description: 'Error on the training rows', unit: '%', x: 'share', by: ['problem', 'network', 'start'] },
    test: { description: 'Error on the test rows', unit: '%', x: 'share', by: ['problem', 'network', 'start'] },
  },
  summary: {
    gap: 'Largest duality gap of a convex program, as a share of its objective',
    agreement:
      'Largest difference from the optima that CVXPY found, as a share of them: both programs at three penalties',
    decomposedAbove:
      'How far decomposed gated networks are above the optimum of ReLU networks with the same gates, in percent: the median',
    adamAbove:
      'How far networks of the same size trained by Adam are above the optimum, in percent: the median over starts and penalties',
    adamBestAbove: 'The same for the best start at each penalty',
    adamWideAbove: 'How far wide networks trained by Adam are above it: the median',
    drawnAbove: 'How far the optimum with drawn gates alone is above it: the median',
    testLess:
      "The optimum's test error with drawn gates less that of wide networks trained by Adam, in points: the mean over problems and penalties",
  },
  async run(context) {
    const { settings: s, seed } = context;
    const { nodeRuntime } = await import('@unbraid/graph/node');
    const samples = Object.fromEntries(problems.map((name) => [name, once(() => samplesOf(name, s, seed))]));
    const tools: Tools = { context, runtime: nodeRuntime(), samples: samples as Tools['samples'] };
    const all = s.problems.flatMap((problem) => s.shares.map((share): At => ({ problem, share })));
    const starts = startsOf(all, s);
    const total = 2 * all.length + starts.length + 1;
    const difference = await context.unit('agreement with CVXPY', () => agreement(context.signal));
    const drawn = await context.units(
      all,
      (at) => `${nameOf(at)}, drawn gates`,
      (at) => solveDrawn(at, tools),
      {
        ...{ label: 'fits', total },
      },
    );
    const penaltyOf = (at: At) => drawn[all.findIndex((other) => isSame(at, other))]!;
    const trained = await context.units(starts, keyOf, (start) => train(start, penaltyOf(start), tools), {
      ...{ label: 'fits', total, done: all.length },
    });
    const trainedAt = (at: At) => trained.filter((_, i) => isSame(at, starts[i]!));
    const solveAll = (at: At) => solveWith(at, { drawn: penaltyOf(at), trained: trainedAt(at) }, tools);
    const best = await context.units(all, (at) => `${nameOf(at)}, all patterns`, solveAll, {
      ...{ label: 'fits', total, done: all.length + starts.length },
    });
    const results = all.map((at, i): ReluResult => {
      const sized = (size: Start['size']) =>
        trained.filter((_, j) => isSame(at, starts[j]!) && starts[j]!.size === size);
      return { ...at, ...drawn[i]!, optimum: best[i]!, same: sized('same'), wide: sized('wide') };
    });
    await reportRelu(context, results);
    return { ...summarizeRelu(results), agreement: difference };
  },
});

const startsOf = (all: readonly At[], { starts }: Settings): Start[] =>
  all.flatMap((at) =>
    (['same', 'wide'] as const).flatMap((size) =>
      Array.from({ length: starts }, (_, start) => ({ ...at, size, start })),
    ),
  );

const isSame = (a: At, b: At): boolean => a.problem === b.problem && a.share === b.share;

const nameOf = ({ problem, share }: At): string => `${problem}, penalty ${share}`;

const keyOf = (at: Start): string => `${nameOf(at)}, Adam, ${at.size}, start ${at.start}`;

/** The gates that are drawn for a problem: the same at each penalty. */
const drawnGates = ({ problem }: At, { context }: Tools, cols: number): Matrix =>
  gaussianGates(context.settings.gates, cols, createRandom(context.seed).split(`gates ${problem}`));

async function solveDrawn(at: At, tools: Tools): Promise<Drawn> {
  const { context, runtime } = tools;
  const data = await tools.samples[at.problem]();
  const gates = drawnGates(at, tools, data.training.x.cols);
  const penalty = at.share * largestPenalty(data.training.x, data.training.y, { gates });
  const solve = async (method: 'gated' | 'decomposed' | 'relu') => {
    const { tolerance } = context.settings;
    const found = await convexFit(
      at.problem,
      data,
      { penalty, gates, method, tolerance },
      { runtime, signal: context.signal },
    );
    tell(context, at, method, found);
    return found;
  };
  return { penalty, gated: await solve('gated'), decomposed: await solve('decomposed'), relu: await solve('relu') };
}

async function train(at: Start, { penalty, relu: { neurons } }: Drawn, tools: Tools): Promise<Trained> {
  const { context, runtime } = tools;
  const { wide, steps, learningRate } = context.settings;
  const random = createRandom(context.seed).split(keyOf(at));
  const found = await trainedFit(
    at.problem,
    await tools.samples[at.problem](),
    {
      ...{ penalty, steps, learningRate, seed: random.int(2 ** 31) },
      neurons: at.size === 'wide' ? wide : Math.max(1, neurons),
    },
    { runtime, signal: context.signal },
  );
  tell(context, at, `Adam, ${at.size}`, found, at.start);
  return found;
}

/** The program with the patterns of the trained networks beside those that were drawn: its optimum is below all of them. */
async function solveWith(
  at: At,
  { drawn, trained }: { readonly drawn: Drawn; readonly trained: readonly Trained[] },
  tools: Tools,
): Promise<Convex> {
  const { context, runtime } = tools;
  const data = await tools.samples[at.problem]();
  const gates = stacked([drawnGates(at, tools, data.training.x.cols), ...trained.map(({ hidden }) => hidden)]);
  const { tolerance } = context.settings;
  const found = await convexFit(
    at.problem,
    data,
    { penalty: drawn.penalty, gates, tolerance },
    { runtime, signal: context.signal },
  );
  tell(context, at, 'optimum', found);
  return found;
}

function tell({ log }: Tools['context'], at: At, network: string, found: Convex | Trained, start = 0): void {
  const { objective, neurons, training, test, seconds } = found;
  const gap = 'gap' in found && { gap: found.gap };
  log({ problem: at.problem, share: at.share, network, start, ...gap, objective, neurons, training, test, seconds });
}
