import type { MeansPlan, OneHotPlan } from './plan.ts';
import { standardized } from './plan.ts';

/**
 * Categories as a table: the features of each known level, those of what was never seen, and those of missing entries. The exported graph looks up
 * the same numbers.
 */
export interface Encoder {
  readonly cols: number;
  /** Rows of `cols` features each. */
  readonly table: Float32Array;
  /** The row of each known level; rare ones have that of what was never seen. */
  readonly places: ReadonlyMap<string | number, number>;
  readonly unknown: number;
  readonly missing: number;
  /** Whether there were missing entries in training. */
  readonly knowsMissing: boolean;
}

/** The table of a plan. */
export function encoderOf(plan: OneHotPlan | MeansPlan): Encoder {
  return plan.encoding === 'one-hot' ? ofOneHot(plan) : ofMeans(plan);
}

function ofOneHot({ levels, rare, missing }: OneHotPlan): Encoder {
  const unknown = levels.length;
  // Columns: each level, then what is rare or was never seen, then what is missing, where there was such.
  const other = rare.length > 0 ? 1 : 0;
  const cols = levels.length + other + (missing ? 1 : 0);
  const table = new Float32Array((levels.length + 2) * cols);
  for (let row = 0; row < levels.length + other; row++) table[row * cols + row] = 1;
  const ofMissing = missing ? cols - 1 : unknown;
  if (missing || other) table[(unknown + 1) * cols + ofMissing] = 1;
  const places = new Map<string | number, number>(
    (levels as readonly (string | number)[]).map((level, at) => [level, at]),
  );
  for (const level of rare) places.set(level, unknown);
  return { cols, table, places, unknown, missing: unknown + 1, knowsMissing: missing };
}

function ofMeans({ levels, means, overall, missing, standardization }: MeansPlan): Encoder {
  const unknown = levels.length;
  const cols = means.length;
  const table = new Float32Array((levels.length + 2) * cols);
  means.forEach((column, k) => {
    [...column, overall[k]!, (missing ?? overall)[k]!].forEach((mean, row) => {
      table[row * cols + k] = standardized(mean, standardization[k]!);
    });
  });
  const places = new Map<string | number, number>(
    (levels as readonly (string | number)[]).map((level, at) => [level, at]),
  );
  return { cols, table, places, unknown, missing: unknown + 1, knowsMissing: missing !== undefined };
}
