import { createRandom } from '@unbraid/kernels';
import { type Column, type DataTable, preprocessorFromJson, selectRows } from '@unbraid/table';
import type { Bench } from './bench.ts';
import type { HeldOutModel } from './learning-curve.ts';
import { openModel } from './model/open.ts';
import { type Outputs, selectAnswers } from './scores/answers.ts';
import { badness } from './scores/importance-score.ts';
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
  /** As text for levels and truth values, else numbers; dates in milliseconds. */
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

/** A model on raw columns. */
type Predict = (table: DataTable) => Promise<Outputs>;

export const explainParts = ({ dependenceColumns }: TableSettings): number => 1 + Number(dependenceColumns > 0);

/**
 * Importance by the model of the first fold on rows that it hasn't seen; partial dependence by the model of all rows.
 * Breiman 2001, Section 10; Friedman 2001, Section 8.2.
 */
export async function explain(
  bench: Bench,
  method: string,
  held: HeldOutModel,
  final: HeldOutModel,
): Promise<Explained> {
  const { context, source, tell } = bench;
  const { settings, seed, unit, signal } = context;
  const random = createRandom(seed).split('explain');
  const drawn = (rows: Int32Array, count: number, name: string) =>
    random
      .split(name)
      .permutation(rows.length)
      .slice(0, count)
      .map((at) => rows[at]!);
  const tested = drawn(source.folds[0]!.test, settings.importanceRows, 'tested');
  const all = Int32Array.from({ length: source.table.rows }, (_, row) => row);
  const averaged = drawn(all, settings.dependenceRows, 'averaged');

  tell('importance of columns');
  const importance = await unit('importance', () =>
    withModel(bench, method, held, async (predict) => {
      const table = selectRows(source.table, tested);
      const answers = selectAnswers(source.answers, tested);
      const base = badness(answers, await predict(table));
      const found: Importance[] = [];
      for (const column of source.inputs) {
        const rises: number[] = [];
        for (let r = 0; r < settings.repeats; r++) {
          signal.throwIfAborted();
          const order = random.split(`${column}/${r}`).permutation(tested.length);
          rises.push(badness(answers, await predict(withColumn(table, column, (each) => taken(each, order)))) - base);
        }
        tell(`importance of ${column}`);
        const mean = rises.reduce((sum, rise) => sum + rise, 0) / rises.length;
        found.push({ column, mean, least: Math.min(...rises), most: Math.max(...rises) });
      }
      return found.sort((a, b) => b.mean - a.mean);
    }),
  );
  tell('importance of columns', true);
  const shared = { importance, importanceRows: tested.length, dependenceRows: averaged.length };
  if (settings.dependenceColumns === 0) return { ...shared, dependence: [] };

  tell('partial dependence');
  const columns = importance.slice(0, settings.dependenceColumns).map(({ column }) => column);
  const dependence = await unit('partial dependence', () =>
    withModel(bench, method, final, async (predict) => {
      const table = selectRows(source.table, averaged);
      const found: Dependence[] = [];
      for (const name of columns) {
        const column = source.table.columns.find((each) => each.name === name)!;
        const grid = gridOf(column);
        const means: number[][] = [];
        for (let i = 0; i < grid.values.length; i++) {
          signal.throwIfAborted();
          const { data, rows, cols } = await predict(withColumn(table, name, (each) => grid.at(each, i)));
          for (let c = 0; c < cols; c++) {
            let sum = 0;
            for (let row = 0; row < rows; row++) sum += data[row * cols + c]!;
            means[c] ??= [];
            means[c]!.push(sum / rows);
          }
        }
        if (grid.values.length > 0) found.push({ column: name, kind: column.kind, values: grid.values, means });
      }
      return found;
    }),
  );
  tell('partial dependence', true);
  return { ...shared, dependence };
}

async function withModel<T>(
  { source }: Bench,
  method: string,
  { model, preprocessor }: HeldOutModel,
  work: (predict: Predict) => Promise<T>,
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

const withColumn = (table: DataTable, name: string, change: (column: Column) => Column): DataTable => ({
  rows: table.rows,
  columns: table.columns.map((column) => (column.name === name ? change(column) : column)),
});

function taken(column: Column, order: Int32Array): Column {
  return column.kind === 'text'
    ? { ...column, codes: order.map((at) => column.codes[at]!) }
    : { ...column, values: Float64Array.from(order, (at) => column.values[at]!) };
}

const STEPS = 20;
const MOST_LEVELS = 12;

interface Grid {
  readonly values: readonly (string | number)[];
  /** The column with value i in every row. */
  at(column: Column, i: number): Column;
}

/** Values of a column: of numbers quantiles from 2.5% to 97.5%, of texts the most frequent ones. */
function gridOf(column: Column): Grid {
  if (column.kind === 'text') {
    const counts = new Map<number, number>();
    for (const code of column.codes) if (code >= 0) counts.set(code, (counts.get(code) ?? 0) + 1);
    const codes = [...counts]
      .sort(([, a], [, b]) => b - a)
      .slice(0, MOST_LEVELS)
      .map(([code]) => code);
    return {
      values: codes.map((code) => column.levels[code]!),
      at: (each, i) => (each.kind === 'text' ? { ...each, codes: each.codes.map(() => codes[i]!) } : each),
    };
  }
  const sorted = column.values.filter((value) => !Number.isNaN(value)).sort();
  const quantile = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  const points =
    sorted.length === 0
      ? []
      : column.kind === 'boolean'
        ? [0, 1]
        : [...new Set(Array.from({ length: STEPS }, (_, i) => quantile(0.025 + (0.95 * i) / (STEPS - 1))))];
  return {
    values: column.kind === 'boolean' ? points.map((value) => String(value === 1)) : points,
    at: (each, i) => (each.kind === 'text' ? each : { ...each, values: each.values.map(() => points[i]!) }),
  };
}
