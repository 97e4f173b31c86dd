import {
  checkSettings,
  count,
  having,
  InputError,
  type LabelsLike,
  type MatrixLike,
  toLabels,
  toMatrix,
} from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { createRandom } from '@unbraid/kernels';
import * as z from 'zod';
import { breather } from '../search/breather.ts';
import { drawLayers, type GlnLayer } from './layer.ts';
import { glnPass } from './network.ts';
import { checkGlnSettings, type GlnConfiguration, type GlnSettings } from './settings.ts';

/** How a pass over rows is made. */
export interface GlnFitOptions {
  /** Passes over all rows. Default 1. */
  readonly epochs?: number;
  /** When aborted, its reason is thrown; what was learnt until then stays. */
  readonly signal?: AbortSignal;
}

/** How well rows were predicted, each before it was learnt from. */
export interface GlnReport {
  /** Mean −log of the probability of a row's class, over all rows of all passes, in nats. */
  readonly logLoss: number;
  /** Share of rows whose class was the most probable. */
  readonly accuracy: number;
}

/** A gated linear network, which learns a row at a time. */
export interface Gln {
  readonly configuration: GlnConfiguration;
  /** Rows that it has learnt from, one after the other. */
  readonly steps: number;
  /** Half-spaces and weights, which each update changes in place. */
  readonly layers: readonly GlnLayer[];
  /**
   * Learns from one row. The probabilities are those before it did: of the second class of two, else of each class against all others.
   * @param label the row's class: its number, its name, or true and false of two
   * @throws {InputError} for a row that is not `inputs` numbers, and for a label that is no class
   */
  update(row: ArrayLike<number>, label: number | string | boolean): Float64Array;
  /** Learns from rows in the order given. @throws {InputError} as `update`; @throws the signal's reason when it is aborted */
  fit(x: MatrixLike, y: LabelsLike, options?: GlnFitOptions): Promise<GlnReport>;
  /** The same probabilities, rows × 1 for two classes, else rows × classes: each column is of a class against all others, a row doesn't sum to 1. */
  predict(x: MatrixLike): Matrix;
  /** The most probable class of each row: names where there are names, else numbers. */
  classify(x: MatrixLike): Int32Array | string[];
  /** Share of rows whose class is the most probable. */
  score(x: MatrixLike, y: LabelsLike): number;
}

/**
 * A gated linear network (Veness et al. 2021, arXiv 1910.01526): each neuron mixes the predictions of the layer before it geometrically, σ(w_c · logit p), by the
 * weights of the context c that the row is in, which half-spaces tell, and lowers its own logarithmic loss after each row. That loss is convex in its weights, nothing is
 * propagated back, and one pass over the rows is enough. Networks of several classes share their half-spaces, not their weights.
 * @throws {InputError} for settings that are unknown or out of range, and for networks that are too large
 */
export function createGln(settings: GlnSettings): Gln {
  const { configuration, seed } = checkGlnSettings(settings);
  return glnOf(configuration, drawLayers(configuration, createRandom(seed)), 0);
}

const fitSettings = z.object({
  epochs: count().default(1),
  signal: having<AbortSignal>('an AbortSignal', 'aborted', 'throwIfAborted').optional(),
});

/** The network of given layers, after so many steps. */
export function glnOf(configuration: GlnConfiguration, layers: readonly GlnLayer[], steps: number): Gln {
  const { inputs, classes, names, learningRate, decayFrom = Infinity } = configuration;
  const pass = glnPass(layers, configuration);
  let made = steps;
  const learn = (row: Float32Array, label: number): Float64Array => {
    made += 1;
    return pass(row, { label, rate: learningRate * Math.min(1, decayFrom / made) });
  };
  const rowsOf = (x: MatrixLike): Matrix => {
    const matrix = toMatrix('galu: X', x);
    if (matrix.cols === inputs) return matrix;
    throw new InputError(
      'data',
      `galu: X has ${matrix.cols} columns, the network takes ${inputs}; give it rows of that length`,
    );
  };
  const labelsOf = (y: unknown, rows: number): Int32Array => {
    const { labels, classes: told } = toLabels('galu: y', y, { rows, classes: names });
    // Names found among these rows alone may be others than those of rows to come; false and true are the same everywhere.
    if (told && !names && told.join() !== 'false,true')
      throw new InputError(
        'data',
        'galu: y has names, the network numbers its classes; give createGln their names as "classes"',
      );
    const wrong = labels.findIndex((label) => label >= classes);
    if (wrong < 0) return labels;
    throw new InputError(
      'data',
      `galu: y has ${labels[wrong]} at row ${wrong} (counted from 0); the network has ${classes} classes, counted from 0`,
    );
  };
  const best = (probabilities: ArrayLike<number>, at: number): number => mostProbable(probabilities, at, classes);
  const numbers = (x: MatrixLike): Int32Array => {
    const { data, rows, cols } = predict(x);
    return Int32Array.from({ length: rows }, (_, i) => best(data, i * cols));
  };
  const predict = (x: MatrixLike): Matrix => {
    const { data, rows, cols } = rowsOf(x);
    const out = createMatrix(rows, classes === 2 ? 1 : classes);
    for (let i = 0; i < rows; i++) out.data.set(pass(data.subarray(i * cols, (i + 1) * cols)), i * out.cols);
    return out;
  };
  return {
    configuration,
    layers,
    get steps() {
      return made;
    },
    predict,
    update: (row, label) => learn(rowsOf([row]).data, labelsOf([label], 1)[0]!).slice(),
    async fit(x, y, options = {}) {
      const { epochs, signal } = checkSettings('galu: fit of a gated linear network', fitSettings, options);
      const { data, rows, cols } = rowsOf(x);
      const labels = labelsOf(y, rows);
      const breathe = breather();
      let [loss, right] = [0, 0];
      for (let step = 0; step < epochs * rows; step++) {
        signal?.throwIfAborted();
        const i = step % rows;
        const probabilities = learn(data.subarray(i * cols, (i + 1) * cols), labels[i]!);
        loss -= Math.log(probabilityOf(probabilities, labels[i]!));
        right += Number(best(probabilities, 0) === labels[i]);
        await breathe();
      }
      return { logLoss: loss / (epochs * rows), accuracy: right / (epochs * rows) };
    },
    classify(x) {
      const found = numbers(x);
      return names ? Array.from(found, (label) => names[label]!) : found;
    },
    score(x, y) {
      const found = numbers(x);
      const labels = labelsOf(y, found.length);
      return found.reduce((sum, label, i) => sum + Number(label === labels[i]), 0) / found.length;
    },
  };
}

function mostProbable(probabilities: ArrayLike<number>, at: number, classes: number): number {
  if (classes === 2) return Number(probabilities[at]! >= 0.5);
  let best = 0;
  for (let c = 1; c < classes; c++) if (probabilities[at + c]! > probabilities[at + best]!) best = c;
  return best;
}

/** Of several classes, its share of their sum. */
function probabilityOf(probabilities: Float64Array, label: number): number {
  if (probabilities.length === 1) return label === 1 ? probabilities[0]! : 1 - probabilities[0]!;
  return probabilities[label]! / probabilities.reduce((sum, p) => sum + p, 0);
}
