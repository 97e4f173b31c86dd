import type { Random } from '@unbraid/kernels';
import type { JsonValue } from '../../values.ts';
import { type Configuration, choiceOf, type Dimension, nearest, numberOf, type Space, settingOf } from '../space.ts';
import { logNormalDensity, normalMass, truncatedNormal } from './normal.ts';

/** A density over configurations: a mixture of kernels, one at each observation and one that is the prior. */
export interface ParzenEstimator {
  sample(random: Random): Configuration;
  /** Of numbers in the logarithm where they are magnitudes, of integers and choices a probability. */
  logDensity(configuration: Configuration): number;
}

/** Of one setting: kernels by their number, the prior's last. */
interface Kernels {
  sample(kernel: number, random: Random): JsonValue;
  /** Adds the logarithms of the kernels' densities at a value. */
  addLogDensities(value: JsonValue, logs: Float64Array): void;
}

/** Observations that count in full; older ones count less, the oldest least. */
const FULL = 25;

/** The weights of kernels, the oldest observation first and the prior last; they sum to 1. */
function weightsOf(count: number): Float64Array {
  const ramp = count - FULL;
  const own = (i: number) => (i >= ramp ? 1 : ramp === 1 ? 1 / count : 1 / count + (i / (ramp - 1)) * (1 - 1 / count));
  const weights = Float64Array.from({ length: count + 1 }, (_, i) => (i === count ? 1 : own(i)));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * The adaptive Parzen estimator of Bergstra et al. 2011, "Algorithms for Hyper-Parameter Optimization", Section 4.2: of numbers, normal kernels within the range, each as wide
 * as the farther of its neighbours is away; of choices, counts. The prior is one kernel more, as wide as the range, or even. Kernels of several settings are
 * multiplied, so that the estimator knows what goes together.
 * @param observations the oldest first
 */
export function parzen(space: Space, observations: readonly Configuration[]): ParzenEstimator {
  const weights = weightsOf(observations.length);
  const logWeights = weights.map(Math.log);
  const logs = new Float64Array(weights.length);
  const kernels = Object.entries(space).map(([key, dimension]): [string, Kernels] => {
    const values = observations.map((observation) => observation[key]!);
    return [key, dimension.kind === 'choices' ? choiceKernels(dimension, values) : numberKernels(dimension, values)];
  });
  return {
    sample(random) {
      const kernel = indexBelow(weights, random.next());
      return Object.fromEntries(kernels.map(([key, own]) => [key, own.sample(kernel, random)]));
    },
    logDensity(configuration) {
      logs.set(logWeights);
      for (const [key, own] of kernels) own.addLogDensities(configuration[key]!, logs);
      let most = Number.NEGATIVE_INFINITY;
      for (const log of logs) most = Math.max(most, log);
      let sum = 0;
      for (const log of logs) sum += Math.exp(log - most);
      return most + Math.log(sum);
    },
  };
}

/** The first place at which the sum of weights until there is above `share`, of weights that sum to 1. */
function indexBelow(weights: ArrayLike<number>, share: number): number {
  let sum = 0;
  for (let i = 0; i < weights.length - 1; i++) {
    sum += weights[i]!;
    if (share < sum) return i;
  }
  return weights.length - 1;
}

function choiceKernels(dimension: Extract<Dimension, { kind: 'choices' }>, values: readonly JsonValue[]): Kernels {
  const count = dimension.values.length;
  const places = values.map((value) => choiceOf(dimension, value));
  // The prior's part in each kernel.
  const prior = 1 / (values.length + 1);
  const probability = (kernel: number, choice: number) =>
    kernel === places.length ? 1 / count : (prior + Number(places[kernel] === choice)) / (1 + count * prior);
  return {
    sample(kernel, random) {
      const row = dimension.values.map((_, choice) => probability(kernel, choice));
      return dimension.values[indexBelow(row, random.next())]!;
    },
    addLogDensities(value, logs) {
      const choice = choiceOf(dimension, value);
      for (let kernel = 0; kernel < logs.length; kernel++) logs[kernel]! += Math.log(probability(kernel, choice));
    },
  };
}

function numberKernels(dimension: Exclude<Dimension, { kind: 'choices' }>, values: readonly JsonValue[]): Kernels {
  const place = (x: number) => (dimension.log ? Math.log(x) : x);
  const half = dimension.kind === 'integer' ? dimension.step / 2 : 0;
  const [low, high] = [place(dimension.from - half), place(nearest(dimension, dimension.to) + half)];
  const observed = values.map((value) => place(numberOf(dimension, value)!));
  const means = Float64Array.from([...observed, (low + high) / 2]);
  const widths = Float64Array.from([...widthsOf(observed, low, high), high - low]);
  const logMasses = means.map((mean, i) => Math.log(normalMass((low - mean) / widths[i]!, (high - mean) / widths[i]!)));
  const logWidths = widths.map(Math.log);
  return {
    sample(kernel, random) {
      const [mean, width] = [means[kernel]!, widths[kernel]!];
      const at = mean + width * truncatedNormal(random.next(), (low - mean) / width, (high - mean) / width);
      return settingOf(dimension, nearest(dimension, dimension.log ? Math.exp(at) : at));
    },
    addLogDensities(value, logs) {
      const x = numberOf(dimension, value)!;
      const [left, right] = [place(x - half), place(x + half)];
      for (let i = 0; i < logs.length; i++) {
        const [mean, width] = [means[i]!, widths[i]!];
        const log =
          half === 0
            ? logNormalDensity((left - mean) / width) - logWidths[i]!
            : Math.log(normalMass((left - mean) / width, (right - mean) / width));
        logs[i]! += log - logMasses[i]!;
      }
    },
  };
}

/** For each number how far the farther of its neighbours is; not less than the range by their number, nor than a hundredth of it. */
function widthsOf(numbers: readonly number[], low: number, high: number): Float64Array {
  const order = numbers.map((_, i) => i).sort((a, b) => numbers[a]! - numbers[b]!);
  const least = (high - low) / Math.min(100, numbers.length + 2);
  const widths = new Float64Array(numbers.length);
  for (const [rank, i] of order.entries()) {
    const [before, after] = [order[rank - 1], order[rank + 1]];
    // The outermost of several have one neighbour; a single one has the ends of the range.
    const ends = numbers.length === 1 ? [low, high] : [];
    const neighbours = [before, after].filter((each) => each !== undefined).map((each) => numbers[each]!);
    const distances = [...neighbours, ...ends].map((neighbour) => Math.abs(neighbour - numbers[i]!));
    widths[i] = Math.min(high - low, Math.max(least, ...distances));
  }
  return widths;
}
