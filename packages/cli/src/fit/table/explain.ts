import type { Matrix } from '@unbraid/data';
import { createRandom } from '@unbraid/kernels';
import {
  type Column,
  type DataTable,
  partialDependence,
  permutationImportance,
  preprocessorFromJson,
  selectRows,
  selectTarget,
} from '@unbraid/table';
import type { Bench } from './bench.ts';
import type { PreparedModel } from './model/form.ts';
import { openModel } from './model/open.ts';
import { selectAnswers } from './scores/answers.ts';
import { goodness } from './scores/importance-score.ts';
import type { TableSettings } from './settings.ts';

/** What becomes of the score without a column. */
export interface Importance {
  readonly column: string;
  /** By how much R² falls, or the log loss rises, when the column is shuffled: mean, least and most over shuffles. */
  readonly mean: number;
  readonly least: number;
  readonly most: number;
}

/** Mean output as a column is set to one value after the other in every row. */
export interface Dependence {
  readonly column: string;
  readonly kind: Column['kind'];
  /** Texts, `true` and `false`, or numbers; dates in milliseconds. */
  readonly values: readonly (string | number)[];
  /** `means[c][i]`: of output c at value i. */
  readonly means: readonly (readonly number[])[];
}

export interface Explained {
  /** The largest first. */
  readonly importance: readonly Importance[];
  /** Held-out rows that it was measured on. */
  readonly importanceRows: number;
  readonly dependence: readonly Dependence[];
  readonly dependenceRows: number;
}

export const explainParts = ({ dependenceColumns }: TableSettings): number => 1 + Number(dependenceColumns > 0);

/** Importance by the model of the first fold on rows that it hasn't seen; partial dependence by the model of all rows. */
export async function explain(
  bench: Bench,
  method: string,
  held: PreparedModel,
  final: PreparedModel,
): Promise<Explained> {
  const { dependenceColumns, dependenceRows } = bench.context.settings;
  const { columns, rows } = await importanceOf(bench, method, held);
  // A column that was left out, such as one that is missing in all rows, has nothing to depend on.
  const { kinds } = preprocessorFromJson(JSON.parse(final.preprocessor));
  const top = columns
    .map(({ column }) => column)
    .filter((column) => Object.hasOwn(kinds, column))
    .slice(0, dependenceColumns);
  return {
    importance: columns,
    importanceRows: rows,
    dependence: top.length > 0 ? await dependenceOf(bench, method, final, top) : [],
    dependenceRows: Math.min(dependenceRows, bench.source.table.rows),
  };
}

async function importanceOf(
  bench: Bench,
  method: string,
  held: PreparedModel,
): Promise<{ columns: Importance[]; rows: number }> {
  const { context, source, unit, tell } = bench;
  const { settings, seed, signal } = context;
  const { test } = source.folds[0]!;
  const order = createRandom(seed).split('importance').permutation(test.length);
  const rows = order.slice(0, settings.importanceRows).map((at) => test[at]!);
  const columns = await unit('importance', () =>
    withModel(bench, method, held, async (predict) => {
      const answers = selectAnswers(source.answers, rows);
      const { columns: found } = await permutationImportance({
        table: selectRows(source.table, rows),
        target: selectTarget(source.target, rows),
        predict,
        columns: source.inputs,
        repeats: settings.repeats,
        score: (outputs) => goodness(answers, outputs),
        seed,
        signal,
        onProgress: ({ column }) => tell(column),
      });
      return found.map(({ column, mean, least, most }) => ({ column, mean, least, most }));
    }),
  );
  return { columns, rows: rows.length };
}

async function dependenceOf(
  bench: Bench,
  method: string,
  final: PreparedModel,
  columns: readonly string[],
): Promise<Dependence[]> {
  const { context, source, unit, tell } = bench;
  const { settings, seed, signal } = context;
  return unit('partial dependence', () =>
    withModel(bench, method, final, async (predict) => {
      const all: Dependence[] = [];
      for (const column of columns) {
        tell(column);
        const options = { table: source.table, column, predict, maxRows: settings.dependenceRows, seed, signal };
        const { kind, grid, mean } = await partialDependence(options);
        all.push({
          column,
          kind,
          values: kind === 'boolean' ? grid.map((value) => String(value === 1)) : [...grid],
          means: Array.from({ length: mean.cols }, (_, c) => grid.map((_value, i) => mean.data[i * mean.cols + c]!)),
        });
      }
      return all;
    }),
  );
}

/** A model on raw columns, as long as the work takes. */
async function withModel<T>(
  { source }: Bench,
  method: string,
  { model, preprocessor }: PreparedModel,
  work: (predict: (table: DataTable) => Promise<Matrix>) => Promise<T>,
): Promise<T> {
  const prepared = preprocessorFromJson(JSON.parse(preprocessor));
  const opened = await openModel(method, source.answers.task, model);
  try {
    return await work((table) =>
      opened.outputs(prepared.transform(table, { onUnseen: () => undefined, onExtra: () => undefined })),
    );
  } finally {
    await opened.release();
  }
}
