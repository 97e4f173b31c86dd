import { InputError } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import type { DataTable } from '../table.ts';

/** Predictions for the rows of a table: a quantity, or the probabilities (or scores) of classes; [rows, outputs]. */
export type PredictTable = (table: DataTable) => Matrix | Promise<Matrix>;

/** How far an explanation has come. */
export interface ExplainProgress {
  /** Predictions of the whole table so far, counted from 1. */
  readonly prediction: number;
  /** How many there will be. */
  readonly predictions: number;
  /** The column at hand. */
  readonly column: string;
}

/** What calls `predict`, checks what it gives, tells of it and ends when it is told to. */
export interface Predictor {
  predict(table: DataTable, column: string): Promise<Matrix>;
}

/** @param predictions how many calls there will be */
export function predictorOf(
  who: string,
  predictions: number,
  {
    predict,
    signal,
    onProgress,
  }: {
    predict: PredictTable;
    signal?: AbortSignal | undefined;
    onProgress?: ((progress: ExplainProgress) => unknown) | undefined;
  },
): Predictor {
  let prediction = 0;
  return {
    async predict(table, column) {
      signal?.throwIfAborted();
      const outputs = await predict(table);
      if (outputs?.rows !== table.rows || !(outputs.cols >= 1))
        throw new InputError(
          'data',
          `${who}: predict gave ${outputs?.rows} rows of ${outputs?.cols} outputs for ${table.rows} rows; one row for each is needed`,
        );
      for (let i = 0; i < outputs.data.length; i++)
        if (!Number.isFinite(outputs.data[i]!))
          throw new InputError(
            'not-finite',
            `${who}: predict gave ${outputs.data[i]} for row ${Math.floor(i / outputs.cols)} (counted from 0)`,
          );
      signal?.throwIfAborted();
      await onProgress?.({ prediction: ++prediction, predictions, column });
      return outputs;
    },
  };
}
