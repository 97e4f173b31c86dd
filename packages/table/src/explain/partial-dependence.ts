import { callback, checkSettings, count, given, having, InputError, integer } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { createRandom } from '@unbraid/kernels';
import * as z from 'zod';
import { checkTable, findColumn } from '../prepare/find-column.ts';
import { selectRows } from '../prepare/select-rows.ts';
import type { ColumnKind, DataTable } from '../table.ts';
import { constantColumn, type GridValue, gridOf, quantile } from './grid.ts';
import { type ExplainProgress, type PredictTable, predictorOf } from './settings.ts';

/** What `partialDependence` takes. */
export interface PartialDependenceOptions {
  readonly table: DataTable;
  readonly column: string;
  readonly predict: PredictTable;
  /** How many values to look at. Default 20, at least 2; of texts the most frequent. */
  readonly size?: number;
  /** The values themselves, instead: texts for a column of texts, otherwise numbers (dates in milliseconds, yes and no as 1 and 0). */
  readonly grid?: readonly GridValue[];
  /** Of a larger table so many random rows are taken. Default 1000. */
  readonly maxRows?: number;
  /** Of the rows that are taken. Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  /** Is told of each prediction; a promise that it gives is awaited. */
  readonly onProgress?: (progress: ExplainProgress) => unknown;
}

/** What a model predicts by one column, the others being as they are in the rows. */
export interface PartialDependence {
  readonly column: string;
  readonly kind: ColumnKind;
  readonly grid: readonly GridValue[];
  /** The mean over rows for each value and output: [grid, outputs]. */
  readonly mean: Matrix;
  /** Below which a tenth of the rows are, and above which another tenth is: [grid, outputs]. */
  readonly low: Matrix;
  readonly high: Matrix;
  /** How many rows it is the mean of. */
  readonly rows: number;
}

const who = 'table: partialDependence';

const schema = z.object({
  table: given<DataTable>(),
  column: z.string({ error: 'the name of a column' }),
  predict: callback<PredictTable>(),
  size: integer({ min: 2, max: 10_000 }).default(20),
  grid: z
    .array(z.union([z.string(), z.number()]), { error: 'a list of values' })
    .min(1, { error: 'a list of at least one value' })
    .readonly()
    .optional(),
  maxRows: count().default(1000),
  seed: integer().default(0),
  signal: having<AbortSignal>('an AbortSignal', 'aborted', 'throwIfAborted').optional(),
  onProgress: callback<(progress: ExplainProgress) => unknown>().optional(),
});

/**
 * What a model predicts on average when a column has one value after another in all rows (Friedman 2001, section 8.2), and where the middle 80 % of rows
 * are. Rows whose other columns don't go with a value count like the others.
 * @throws {InputError} `data`, for a column that isn't there, without rows, for predictions of other rows; `not-finite`, where predictions are; the signal's
 * reason
 */
export async function partialDependence(options: PartialDependenceOptions): Promise<PartialDependence> {
  const settings = checkSettings(who, schema, options);
  const { column, size, maxRows, seed } = settings;
  checkTable(who, settings.table);
  const whole = findColumn(who, settings.table, column);
  if (settings.table.rows === 0) throw new InputError('data', `${who}: the table has no rows`);
  const grid = settings.grid ?? gridOf(who, whole, size);
  const table = someRows(settings.table, maxRows, seed);
  const { predict } = predictorOf(who, grid.length, settings);
  const results: Matrix[] = [];
  for (const value of grid) {
    const constant = constantColumn(who, whole, value, table.rows);
    const columns = table.columns.map((each) => (each.name === column ? constant : each));
    results.push(summary(await predict({ rows: table.rows, columns }, column)));
  }
  const cols = results[0]!.cols;
  const row = (which: number): Matrix => {
    const matrix = createMatrix(grid.length, cols);
    results.forEach(({ data }, at) => {
      matrix.data.set(data.subarray(which * cols, (which + 1) * cols), at * cols);
    });
    return matrix;
  };
  return { column, kind: whole.kind, grid, mean: row(0), low: row(1), high: row(2), rows: table.rows };
}

function someRows(table: DataTable, most: number, seed: number): DataTable {
  if (table.rows <= most) return table;
  return selectRows(table, createRandom(seed).split('table: rows').permutation(table.rows).slice(0, most).sort());
}

/** Mean, first and last tenth of each output: [3, outputs]. */
function summary({ data, rows, cols }: Matrix): Matrix {
  const found = createMatrix(3, cols);
  for (let j = 0; j < cols; j++) {
    const values = Float64Array.from({ length: rows }, (_, i) => data[i * cols + j]!);
    found.data[j] = values.reduce((sum, value) => sum + value, 0) / rows;
    values.sort();
    found.data[cols + j] = quantile(values, 0.1);
    found.data[2 * cols + j] = quantile(values, 0.9);
  }
  return found;
}
