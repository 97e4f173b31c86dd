import { palette, type RunContext, type Summary } from '@unbraid/experiment';
import { panelsIn } from '../panels.ts';
import type { CompareFit, EpochPoint } from './compare-fits.ts';

export interface CompareResult extends CompareFit {
  /** d, without the column of ones */
  readonly inputs: number;
  /** k */
  readonly neurons: number;
  readonly network: 'GaLU' | 'ReLU';
  readonly method: 'Adam' | 'exact';
  /** Of Adam. */
  readonly curve?: readonly EpochPoint[];
  /** Of the exact fit: mean squared error on all training images after each iteration. */
  readonly errors?: Float64Array;
}

/** What is compared, in percentage points or percent; `summary` of the experiment explains each. */
export function summarizeCompare(results: readonly CompareResult[]): Summary {
  const largest = Math.max(...results.map(({ neurons }) => neurons));
  const at = results.filter(({ neurons }) => neurons === largest);
  const byAdam = ({ method }: CompareResult) => method === 'Adam';
  const summary = {
    galuTest: bestOf(at.filter(isGalu)).test,
    reluTest: bestOf(at.filter(isRelu)).test,
    maxGap: maxGap(results),
    maxGapAdam: maxGap(results.filter(byAdam)),
    galuAdamTest: bestOf(at.filter(isGalu).filter(byAdam)).test,
    galuExactTest: bestOf(at.filter(isGalu).filter((result) => !byAdam(result))).test,
  };
  // An image of 10,000 is a hundredth of a percent; further digits are noise of float64.
  return Object.fromEntries(Object.entries(summary).map(([key, value]) => [key, Math.round(100 * value) / 100]));
}

const isGalu = ({ network }: CompareResult) => network === 'GaLU';
const isRelu = ({ network }: CompareResult) => network === 'ReLU';

/** The best in validation, the first of several. */
const bestOf = (results: readonly CompareResult[]): CompareResult =>
  results.reduce((best, result) => (result.validation > best.validation ? result : best));

function maxGap(results: readonly CompareResult[]): number {
  const gaps = results.map(({ inputs, neurons }) => {
    const group = results.filter((other) => other.inputs === inputs && other.neurons === neurons);
    return Math.abs(bestOf(group.filter(isGalu)).test - bestOf(group.filter(isRelu)).test);
  });
  return Math.max(...gaps);
}

type Report = Pick<RunContext<unknown>, 'figure' | 'table'>;

/** The results as a table and figures. */
export async function reportCompare(context: Report, results: readonly CompareResult[]): Promise<void> {
  context.table('accuracy', {
    title: 'Accuracy of GaLU and ReLU networks',
    caption:
      'In percent. Epochs of Adam and iterations of CGLS (exact) are those of the best validation accuracy; ' +
      'CGLS was then repeated on all training images, Adam is as it was without the validation images.',
    columns: ['inputs d', 'neurons k', 'network', 'method', 'chosen', 'training', 'validation', 'test', 'seconds'],
    rows: results.map((r) => [
      r.inputs,
      r.neurons,
      r.network,
      r.method,
      `${r.chosen} ${r.method === 'Adam' ? 'epochs' : 'iterations'}`,
      r.training.toFixed(2),
      r.validation.toFixed(2),
      r.test.toFixed(2),
      r.seconds.toFixed(1),
    ]),
  });
  await accuracyFigure(context, results);
  await curvesFigure(context, results);
  await errorFigure(context, results);
}

const nameOf = ({ network, method }: CompareResult) => `${network}, ${method}`;
const series = ['ReLU, Adam', 'GaLU, Adam', 'GaLU, exact'] as const;
const facet = (inputs: number) => `d = ${inputs}`;
const color = { label: 'network, method', domain: [...series], range: palette.slice(0, 3) };

function accuracyFigure(context: Report, results: readonly CompareResult[]): Promise<void> {
  const points = results.map((r) => ({ k: r.neurons, test: r.test, name: nameOf(r), inputs: facet(r.inputs) }));
  return context.figure('accuracy', {
    title: 'Test accuracy against the number of neurons',
    caption: 'Test accuracy of networks of one size, on principal components (d below 784) and on pixels (d = 784).',
    plot: (Plot, space) => {
      const { channel, ...panels } = panelsIn(
        space,
        points.map(({ inputs }) => inputs),
      );
      return {
        x: {
          type: 'log',
          label: 'neurons k',
          ticks: [...new Set(points.map(({ k }) => k))],
          tickFormat: String,
          inset: 14,
        },
        y: { label: 'test accuracy in percent', zero: false, nice: true },
        ...panels,
        color,
        symbol: { domain: color.domain },
        marks: [
          Plot.frame({ strokeOpacity: 0.2 }),
          Plot.line(points, { x: 'k', y: 'test', [channel]: 'inputs', stroke: 'name', z: 'name' }),
          Plot.dot(points, { x: 'k', y: 'test', [channel]: 'inputs', stroke: 'name', symbol: 'name', r: 4 }),
        ],
      };
    },
  });
}

/** Curves of the networks with the most neurons. */
function curvesFigure(context: Report, results: readonly CompareResult[]): Promise<void> {
  const largest = Math.max(...results.map(({ neurons }) => neurons));
  const points = results
    .filter(({ neurons }) => neurons === largest)
    .flatMap((r) => (r.curve ?? []).map((point) => ({ ...point, name: r.network, inputs: facet(r.inputs) })));
  return context.figure('curves', {
    title: `Accuracy during training with Adam, k = ${largest}`,
    caption: 'Dashed: on the images trained on, the mean over an epoch. Solid: on validation images after the epoch.',
    plot: (Plot, space) => {
      const { channel, ...panels } = panelsIn(
        space,
        points.map(({ inputs }) => inputs),
      );
      return {
        x: { label: 'epoch', tickFormat: 'd' },
        y: { label: 'accuracy in percent', zero: false, nice: true },
        ...panels,
        color: { label: 'network', domain: ['ReLU', 'GaLU'], range: palette.slice(0, 2) },
        marks: [
          Plot.frame({ strokeOpacity: 0.2 }),
          Plot.line(points, { x: 'epoch', [channel]: 'inputs', stroke: 'name', y: 'training', strokeDasharray: '5,4' }),
          Plot.line(points, { x: 'epoch', [channel]: 'inputs', stroke: 'name', y: 'validation', marker: 'dot' }),
        ],
      };
    },
  });
}

function errorFigure(context: Report, results: readonly CompareResult[]): Promise<void> {
  const points = results.flatMap((r) =>
    [...(r.errors ?? [])].map((error, i) => ({
      iteration: i + 1,
      error,
      k: String(r.neurons),
      inputs: facet(r.inputs),
    })),
  );
  const sizes = [...new Set(points.map(({ k }) => k))];
  return context.figure('exact', {
    title: 'Training error of the exact fit',
    caption: 'Squared error against one-hot targets, summed over the ten outputs, after each iteration of CGLS.',
    plot: (Plot, space) => {
      const { channel, ...panels } = panelsIn(
        space,
        points.map(({ inputs }) => inputs),
      );
      return {
        x: { label: 'iteration', tickFormat: 'd' },
        y: { type: 'log', label: 'mean squared error', tickFormat: '~g' },
        ...panels,
        color: { label: 'neurons k', domain: sizes, range: Array.from(sizes, (_, i) => palette[i % palette.length]!) },
        marks: [
          Plot.frame({ strokeOpacity: 0.2 }),
          Plot.line(points, { x: 'iteration', y: 'error', [channel]: 'inputs', stroke: 'k', z: 'k' }),
        ],
      };
    },
  });
}
