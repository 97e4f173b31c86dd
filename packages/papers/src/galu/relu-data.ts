import { createMatrix, type Matrix, selectRows } from '@unbraid/data';
import { createRandom, type Random } from '@unbraid/kernels';
import { type Digits, loadDigits, networkInputs } from './digits.ts';

/** What is learnt. */
export const problems = ['teacher', 'digits'] as const;
export type Problem = (typeof problems)[number];

/** Rows with a target each; the last column of the rows is ones, which gives neurons a bias. */
export interface Sample {
  readonly x: Matrix;
  readonly y: Float64Array;
}

/** A problem's rows. */
export interface Samples {
  readonly training: Sample;
  readonly test: Sample;
}

/** How problems are drawn. */
export interface DataSettings {
  readonly rows: number;
  readonly testRows: number;
  readonly inputs: number;
  readonly teacherNeurons: number;
  readonly noise: number;
  readonly pair: readonly [number, number];
}

export const samplesOf = async (problem: Problem, settings: DataSettings, seed: number): Promise<Samples> => {
  const random = createRandom(seed).split(problem);
  return problem === 'teacher' ? teacher(settings, random) : await pairOfDigits(settings, random);
};

/** Outputs of a ReLU network that is drawn, at Gaussian inputs, with noise; mean 0 and variance 1 in training. */
function teacher({ rows, testRows, inputs, teacherNeurons, noise }: DataSettings, random: Random): Samples {
  const all = rows + testRows;
  const x = createMatrix(all, inputs + 1);
  const drawn = random.split('x').normal(new Float32Array(all * inputs));
  for (let i = 0; i < all; i++) {
    x.data.set(drawn.subarray(i * inputs, (i + 1) * inputs), i * x.cols);
    x.data[i * x.cols + inputs] = 1;
  }
  const hidden = random.split('hidden').normal(new Float64Array(teacherNeurons * x.cols));
  const signs = random.split('output').sign(new Float64Array(teacherNeurons));
  const clean = Float64Array.from({ length: all }, (_, i) => {
    const outputs = signs.map((sign, j) => {
      let sum = 0;
      for (let t = 0; t < x.cols; t++) sum += hidden[j * x.cols + t]! * x.data[i * x.cols + t]!;
      return sign * Math.max(0, sum);
    });
    return outputs.reduce((sum, value) => sum + value, 0);
  });
  const { mean, deviation } = momentsOf(clean.subarray(0, rows));
  const errors = random.split('noise').normal(new Float64Array(all), 0, noise);
  const y = clean.map((value, i) => (value - mean) / deviation + errors[i]!);
  return cut({ x, y }, rows);
}

function momentsOf(values: Float64Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / values.length) || 1 };
}

function cut({ x, y }: Sample, rows: number): Samples {
  const part = (from: number, to: number): Sample => ({
    x: createMatrix(to - from, x.cols, x.data.slice(from * x.cols, to * x.cols)),
    y: y.slice(from, to),
  });
  return { training: part(0, rows), test: part(rows, y.length) };
}

/** Of ten images about two show one of the two digits; more are looked through, so that enough are found. */
const LOOKED_THROUGH = 8;

/** Images of two digits, told apart by −1 and 1: rows in random order, their principal components. */
async function pairOfDigits({ rows, testRows, inputs, pair }: DataSettings, random: Random): Promise<Samples> {
  const within = (count: number, most: number) => Math.min(most, LOOKED_THROUGH * count);
  const images = await loadDigits(within(2 * rows, 60_000), within(testRows, 10_000));
  const training = drawPair(images.training, pair, random.split('training'), rows);
  const test = drawPair(images.test, pair, random.split('test'), testRows);
  const prepared = networkInputs({ training, test }, inputs);
  const targets = ({ x, labels }: Digits): Sample => ({
    x,
    y: Float64Array.from(labels, (label) => (label === pair[0] ? -1 : 1)),
  });
  return { training: targets(prepared.training), test: targets(prepared.test) };
}

function drawPair({ x, labels }: Digits, pair: readonly [number, number], random: Random, rows: number): Digits {
  const found = [...labels.keys()].filter((i) => pair.includes(labels[i]!));
  const order = Int32Array.from(random.permutation(found.length).subarray(0, rows), (at) => found[at]!);
  return { x: selectRows(x, order), labels: order.map((row) => labels[row]!) };
}

/** What is wrong in percent: of the teacher's outputs the share of their variance that is missed, of digits those taken for the other. */
export function errorOf(problem: Problem, outputs: ArrayLike<number>, y: Float64Array): number {
  if (problem === 'digits')
    return (100 * y.reduce((sum, target, i) => sum + Number(target * outputs[i]! <= 0), 0)) / y.length;
  const { deviation } = momentsOf(y);
  const squares = y.reduce((sum, target, i) => sum + (target - outputs[i]!) ** 2, 0);
  return (100 * squares) / (y.length * deviation ** 2);
}
