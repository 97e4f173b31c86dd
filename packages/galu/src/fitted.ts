import { InputError, type MatrixLike } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import type { Runtime } from '@unbraid/graph';
import type { Convergence } from './convergence.ts';
import { predictOutputs } from './predict.ts';
import { checkProbable, probabilitiesOf } from './probabilities.ts';
import type { Solution } from './problem.ts';
import { predictRows } from './rows/predict-rows.ts';
import { isRowSource, type RowSource } from './rows/row-source.ts';
import { accuracy, classesOf, determination, signAccuracy, signsOf } from './scores.ts';
import {
  type ClassNames,
  checkSigns,
  inputsOf,
  type Loss,
  matrixOf,
  numbersOf,
  type Targets,
  type Task,
} from './targets.ts';
import type { Weights } from './weights.ts';

/**
 * A GaLU network N(x) = Σ_j A_j 1{u_j·z ≥ 0} (w_j·z) + b of rows z = x; with a scaling z = (x − mean) / scale, and with an offset a constant 1 is
 * appended to z. Several members are averaged.
 */
export interface GaluNetwork extends Weights {
  /** U, k × d: fixed. With an offset k × (d + 1), of which the last column are the gates' offsets; of M members M·k rows, member after member */
  readonly gates: Matrix;
  /** W, as U: trained */
  readonly weights: Matrix;
  /** A, k × c: fixed; of M members M·k rows */
  readonly a: Matrix;
  /** b, c: trained; zeros where there is none; of M members M·c */
  readonly intercept: Float32Array;
  readonly task: Task;
  /** What it was trained with; files from before 0.2 don't say. */
  readonly loss?: Loss;
}

/** How training ended. */
export interface FitReport extends Omit<Solution, 'weights' | 'intercept'>, Convergence {
  readonly method: 'primal' | 'dual' | 'direct';
  readonly seconds: number;
  /**
   * How each member ended, where there are several. Iterations and seconds are their sums then, gradient and `stopped` those of the worst, history that of
   * the first, and error that of their average.
   */
  readonly members?: readonly MemberReport[];
}

/** How training of one member ended. */
export type MemberReport = Omit<FitReport, 'members' | 'warnings'>;

/**
 * What `classify` gives: labels as they were given in training, numbers, text or booleans, for a network of classes; −1 and 1 for one of several
 * labels a row.
 */
export type Classes = Int32Array | string[] | boolean[] | Matrix;

/** A trained network with its verbs. X is rows of numbers in any form: a matrix, `number[][]`, `{ data, cols }` over any array; or rows to be read, a block at a time. */
export interface FittedGalu<C extends Classes = Classes> {
  readonly network: GaluNetwork;
  readonly report: FitReport;
  /**
   * Outputs, rows × c, for inputs rows × d. The session of up to 256 rows is kept for the next call with as many; it goes with the model.
   * @throws {InputError} in one line, for inputs of another dimension, and NaN or infinities in inputs, weights or outputs
   */
  predict(x: MatrixLike | RowSource): Promise<Matrix>;
  /**
   * Of a network that was given class labels, the class of each row, as labels were given. Of one with several labels a row (logistic loss on targets of −1
   * and 1), rows × c of −1 and 1, each the sign of its output.
   * @throws {InputError} as `predict`, and for a network of real targets, whose outputs are no classes
   */
  classify(x: MatrixLike | RowSource): Promise<C>;
  /**
   * Probabilities of what a network was asked for with the logistic or the softmax loss. Of classes rows × classes, in their order, which sum to 1, also for two; of several
   * labels a row rows × labels, each for itself.
   * @throws {InputError} as `predict`, and for a network trained with the squared loss, whose outputs are no probabilities
   */
  probabilities(x: MatrixLike | RowSource): Promise<Matrix>;
  /**
   * Accuracy in [0, 1] for class labels; for several labels a row the share of all signs that are right, the mean of `labelAccuracies`; R² for real targets, which is
   * 1 or 0 where these are constant (see `determination`).
   * @throws {InputError} as `predict`, and for targets of another kind than those in training
   */
  score(x: MatrixLike | RowSource, y: Targets): Promise<number>;
}

/**
 * A trained network with its verbs; also for networks that were loaded from a file.
 * @param runtime what runs it; by default one of its own, made when it is first needed
 */
export function fitted(network: GaluNetwork, report: FitReport, runtime?: Runtime): FittedGalu {
  const { task } = network;
  const predict = (x: MatrixLike | RowSource) =>
    isRowSource(x) ? predictRows(network, x, runtime) : predictOutputs(network, x, { runtime });
  return {
    network,
    report,
    predict,
    async classify(x) {
      if (task.kind === 'classification') return named(classesOf(await predict(x)), task.names);
      if (task.kind === 'multilabel') return signsOf(await predict(x));
      throw new InputError(
        'model',
        'galu: this network was trained on real targets, which are no classes; use predict, or train it on labels',
      );
    },
    async probabilities(x) {
      checkProbable(network);
      return probabilitiesOf(await predict(x), network);
    },
    async score(x, y) {
      const inputs = isRowSource(x) ? x : inputsOf(x);
      if (task.kind === 'classification') {
        const labels = numbersOf(y, { rows: inputs.rows, ...task });
        return accuracy(classesOf(await predict(inputs)), labels);
      }
      const trained = task.kind === 'regression' ? 'real targets' : 'several labels a row';
      const refusal = `galu: this network was trained on ${trained}; score it with rows of such, not with class labels`;
      const targets = matrixOf(y, inputs.rows, refusal);
      if (task.kind === 'regression') return determination(await predict(inputs), targets);
      checkSigns(targets);
      return signAccuracy(await predict(inputs), targets);
    },
  };
}

function named(classes: Int32Array, names: ClassNames | undefined): Int32Array | string[] | boolean[] {
  if (!names) return classes;
  return Array.from(classes, (at) => names[at]!) as string[] | boolean[];
}
