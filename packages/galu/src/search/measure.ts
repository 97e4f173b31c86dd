import { createMatrix, type Matrix, selectRows } from '@unbraid/data';
import { meanLoss } from '../losses.ts';
import { accuracy, classesOf, determination, signAccuracy } from '../scores.ts';
import type { Encoded, Loss } from '../targets.ts';

/** How good outputs are for rows. */
export interface Measured {
  /** As the `score` of a trained network: R², accuracy, or the share of right signs. */
  readonly score: number;
  /** Mean over rows of what training makes small. */
  readonly loss: number;
}

/** What outputs are measured against. */
export interface Truth {
  readonly encoded: Encoded;
  /** Targets as they are computed with. */
  readonly y: Matrix;
  readonly loss: Loss;
}

/** Measures outputs (rows × c) of some rows. */
export function measure({ encoded, y, loss }: Truth, rows: Int32Array, outputs: Float32Array): Measured {
  const predicted = createMatrix(rows.length, y.cols, outputs);
  const targets = selectRows(y, rows);
  const mean = meanLoss(loss, targets, outputs);
  if ('labels' in encoded) {
    const { labels } = encoded;
    return {
      score: accuracy(
        classesOf(predicted),
        Int32Array.from(rows, (row) => labels[row]!),
      ),
      loss: mean,
    };
  }
  return { score: (encoded.task.kind === 'multilabel' ? signAccuracy : determination)(predicted, targets), loss: mean };
}
