import { InputError } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import type { Runtime } from '@unbraid/graph';
import type { Convergence } from './convergence.ts';
import { predictOutputs } from './predict.ts';
import type { Solution } from './problem.ts';
import { accuracy, classesOf, determination, signAccuracy, signsOf } from './scores.ts';
import { checkSigns, isLabels, type Loss, matrixOf, type Targets, type Task } from './targets.ts';

/** A GaLU network N(x) = Σ_j A_j 1{u_j·x ≥ 0} (w_j·x) + b. */
export interface GaluNetwork {
  /** U, k × d: fixed */
  readonly gates: Matrix;
  /** W, k × d: trained */
  readonly weights: Matrix;
  /** A, k × c: fixed */
  readonly a: Matrix;
  /** b, c: trained; zeros where there is none */
  readonly intercept: Float32Array;
  readonly task: Task;
  /** What it was trained with; files from before 0.2 don't say. */
  readonly loss?: Loss;
}

export interface FitReport extends Omit<Solution, 'weights' | 'intercept'>, Convergence {
  readonly method: 'primal' | 'dual';
  readonly seconds: number;
}

/** What `classify` gives: labels for a network of classes, −1 and 1 for one of several labels a row. */
export type Classes = Int32Array | Matrix;

export interface FittedGalu<C extends Classes = Classes> {
  readonly network: GaluNetwork;
  readonly report: FitReport;
  /** Outputs, rows × c, for inputs rows × d. */
  predict(x: Matrix): Promise<Matrix>;
  /**
   * Of a network that was given class labels, the class of each row. Of one with several labels a row (logistic loss on targets of −1
   * and 1), rows × c of −1 and 1, each the sign of its output.
   * @throws {InputError} for a network of real targets, whose outputs are no classes
   */
  classify(x: Matrix): Promise<C>;
  /**
   * Accuracy in [0, 1] for class labels; the share of right signs in [0, 1] for several labels a row; R² for real targets, which is
   * 1 or 0 where these are constant (see `determination`).
   */
  score(x: Matrix, y: Targets): Promise<number>;
}

/** A trained network with its verbs; also for networks that were loaded from a file. */
export function fitted(network: GaluNetwork, report: FitReport, runtime: Runtime): FittedGalu {
  const { task } = network;
  const predict = (x: Matrix) => predictOutputs(network, x, runtime);
  return {
    network,
    report,
    predict,
    async classify(x) {
      if (task.kind === 'classification') return classesOf(await predict(x));
      if (task.kind === 'multilabel') return signsOf(await predict(x));
      throw new InputError(
        'model',
        'galu: this network was trained on real targets, which are no classes; use predict, or train it on an Int32Array of labels',
      );
    },
    async score(x, y) {
      if (task.kind === 'classification') {
        if (!isLabels(y))
          throw new InputError(
            'data',
            'galu: this network was trained on labels; score it with an Int32Array of labels',
          );
        return accuracy(classesOf(await predict(x)), y);
      }
      if (isLabels(y)) {
        throw new InputError(
          'data',
          `galu: this network was trained on ${task.kind === 'regression' ? 'real targets' : 'several labels a row'}; score it with a matrix or Float32Array of such, not with class labels`,
        );
      }
      const targets = matrixOf(y);
      if (task.kind === 'regression') return determination(await predict(x), targets);
      checkSigns(targets);
      return signAccuracy(await predict(x), targets);
    },
  };
}
