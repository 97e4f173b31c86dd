import { callback, checkSettings, count, given, having, InputError, integer } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import { createRandom } from '@unbraid/kernels';
import * as z from 'zod';
import { checkTable, findColumn } from '../prepare/find-column.ts';
import { selectRows } from '../prepare/select-rows.ts';
import type { Target } from '../prepare/target.ts';
import type { DataTable } from '../table.ts';
import { defaultScore, type ScorePredictions } from './default-score.ts';
import { type ExplainProgress, type PredictTable, predictorOf } from './settings.ts';

/** What `permutationImportance` takes. */
export interface PermutationImportanceOptions {
  /** Rows that the model didn't learn from, best. */
  readonly table: DataTable;
  /** Of the table's rows. */
  readonly target: Target;
  readonly predict: PredictTable;
  /** Columns to look at. Default: all but the target's. */
  readonly columns?: readonly string[];
  /** How often each column is permuted. Default 5. */
  readonly repeats?: number;
  /** How good predictions are, higher being better. Default: R², or the share of rows whose class is right. */
  readonly score?: ScorePredictions;
  /** Of the permutations. Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  /** Is told of each prediction; a promise that it gives is awaited. */
  readonly onProgress?: (progress: ExplainProgress) => unknown;
}

/** What a column is worth to a model. */
export interface ColumnImportance {
  readonly column: string;
  /** By how much the score falls on average, when the column's entries are dealt out anew. */
  readonly mean: number;
  /** The least and the most of the repeats. */
  readonly least: number;
  readonly most: number;
  /** That of each repeat. */
  readonly falls: Float64Array;
}

/** What `permutationImportance` gives. */
export interface PermutationImportance {
  /** The score of the predictions as they are. */
  readonly score: number;
  /** The most important first. */
  readonly columns: readonly ColumnImportance[];
}

const who = 'table: permutationImportance';

const schema = z.object({
  table: given<DataTable>(),
  target: given<Target>(),
  predict: callback<PredictTable>(),
  columns: z.array(z.string(), { error: 'a list of names' }).readonly().optional(),
  repeats: count().default(5),
  score: callback<ScorePredictions>().default(() => defaultScore),
  seed: integer().default(0),
  signal: having<AbortSignal>('an AbortSignal', 'aborted', 'throwIfAborted').optional(),
  onProgress: callback<(progress: ExplainProgress) => unknown>().optional(),
});

/**
 * How much worse a model predicts when one column of the table is dealt out anew among the rows (Breiman 2001, section 10; Fisher, Rudin and Dominici
 * 2019): what the model gets of that column beyond what the others say. All features of a column go together. Two columns that say the same share their
 * importance, so that neither seems to count.
 * @throws {InputError} `data`, for columns that aren't there and a target of other rows; `not-finite`, where predictions are; the signal's reason
 */
export async function permutationImportance(options: PermutationImportanceOptions): Promise<PermutationImportance> {
  const settings = checkSettings(who, schema, options);
  const { table, target, repeats, score, seed } = settings;
  checkTable(who, table);
  if (target.rows?.length !== table.rows)
    throw new InputError(
      'data',
      `${who}: the target has ${target.rows?.length} rows, the table ${table.rows}; give selectRows(table, target.rows)`,
    );
  if (table.rows < 2) throw new InputError('data', `${who}: the table has ${table.rows} rows; at least 2 are needed`);
  const names = settings.columns ?? table.columns.map(({ name }) => name).filter((name) => name !== target.column);
  for (const name of names) findColumn(who, table, name);
  const { predict } = predictorOf(who, 1 + names.length * repeats, settings);
  const value = (outputs: Matrix): number => {
    const found = score(outputs, target);
    if (!Number.isFinite(found))
      throw new InputError('not-finite', `${who}: score gave ${found}; a finite number is needed`);
    return found;
  };
  const before = value(await predict(table, names[0] ?? ''));
  const columns: ColumnImportance[] = [];
  for (const column of names) {
    const random = createRandom(seed).split('table: importance').split(column);
    const falls = new Float64Array(repeats);
    for (let r = 0; r < repeats; r++) {
      const permuted = selectRows(
        { rows: table.rows, columns: [findColumn(who, table, column)] },
        random.permutation(table.rows),
      ).columns[0]!;
      const dealt = {
        rows: table.rows,
        columns: table.columns.map((each) => (each.name === column ? permuted : each)),
      };
      falls[r] = before - value(await predict(dealt, column));
    }
    const mean = falls.reduce((sum, fall) => sum + fall, 0) / repeats;
    columns.push({ column, mean, least: Math.min(...falls), most: Math.max(...falls), falls });
  }
  return { score: before, columns: columns.sort((a, b) => b.mean - a.mean) };
}
