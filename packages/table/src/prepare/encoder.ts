import type { MeansPlan, OneHotPlan } from './plan.ts';
import { standardized } from './plan.ts';

/**
 * Categories as a table: the features of each known level, then those of what was never seen, then those of missing entries. The exported graph
 * looks up the same numbers.
 */
export interface Encoder {
  /** Known levels, those of the rare ones too. */
  readonly levels: readonly string[] | readonly number[];
  readonly cols: number;
  /** (levels + 2) × cols. */
  readonly rows: Float32Array;
  /** The row of a level; undefined for one that was never seen. */
  place(level: string | number): number | undefined;
  readonly unknown: number;
  readonly missing: number;
  /** Whether there were missing entries in training. */
  readonly knowsMissing: boolean;
}

/** The table of a plan. */
export function encoderOf(plan: OneHotPlan | MeansPlan): Encoder {
  return plan.encoding === 'one-hot' ? ofOneHot(plan) : ofMeans(plan);
}

function encoder(
  levels: readonly string[] | readonly number[],
  cols: number,
  knowsMissing: boolean,
  entry: (row: number, col: number) => number,
): Encoder {
  const [unknown, missing] = [levels.length, levels.length + 1];
  const rows = new Float32Array((levels.length + 2) * cols);
  for (let row = 0; row < levels.length + 2; row++)
    for (let col = 0; col < cols; col++) rows[row * cols + col] = entry(row, col);
  const places = new Map<string | number, number>(levels.map((level, at) => [level, at]));
  return { levels, cols, rows, place: (level) => places.get(level), unknown, missing, knowsMissing };
}

function ofOneHot({ levels, rare, missing }: OneHotPlan): Encoder {
  const all = [...levels, ...rare] as string[] | number[];
  const other = rare.length > 0 ? levels.length : -1;
  const ofMissing = missing ? levels.length + (rare.length > 0 ? 1 : 0) : other;
  const column = (row: number): number => (row < levels.length ? row : row === all.length + 1 ? ofMissing : other);
  const cols = levels.length + (rare.length > 0 ? 1 : 0) + (missing ? 1 : 0);
  return encoder(all, cols, missing, (row, col) => (column(row) === col ? 1 : 0));
}

function ofMeans({ levels, means, overall, missing, standardization }: MeansPlan): Encoder {
  return encoder(levels, means.length, missing !== undefined, (row, col) => {
    const value =
      row < levels.length ? means[col]![row]! : row === levels.length ? overall[col]! : (missing ?? overall)[col]!;
    return standardized(value, standardization[col]!);
  });
}
