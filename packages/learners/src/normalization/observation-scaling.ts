import { type Normalization, normalizationOf, normalizeRows } from './normalization.ts';
import { runningStatistics } from './running-statistics.ts';

/** Observations normalized by the statistics of all that were seen, as in Stable-Baselines3's `VecNormalize`. */
export interface ObservationScaling {
  /** Takes rows of observations in. */
  learn(rows: Float32Array): void;
  /** Normalizes rows in place. */
  apply(rows: Float32Array): void;
  normalization(): Normalization;
  state(): Float64Array;
  restore(state: Float64Array): void;
}

/** The largest size of a normalized entry. */
const LIMIT = 10;

/** @param columns of an observation's row */
export function observationScaling(columns: number): ObservationScaling {
  const statistics = runningStatistics(columns);
  let current = normalizationOf(statistics, LIMIT);
  const refresh = () => {
    current = normalizationOf(statistics, LIMIT);
  };
  return {
    learn(rows) {
      statistics.add(rows);
      refresh();
    },
    apply: (rows) => normalizeRows(current, rows),
    normalization: () => current,
    state: () => statistics.state(),
    restore(state) {
      statistics.restore(state);
      refresh();
    },
  };
}
