import { createMatrix } from '@unbraid/data';
import { type Bench, encodeFold, joined } from '../bench.ts';
import type { GridPoint } from '../report/grid.ts';
import type { Outputs } from '../scores/answers.ts';
import { type Combination, combinationsOf, type GaluPlan } from './galu.ts';

/** Combinations of all folds. */
export interface Paths {
  readonly points: readonly GridPoint[];
  /** Outputs of a combination for the tested rows. */
  outputsOf(point: GridPoint): Outputs;
}

/** Trains all sizes and ridges in every fold, each a unit. */
export async function pathsOf(
  bench: Bench,
  name: string,
  plan: GaluPlan & { readonly neurons: readonly number[]; readonly ridges: readonly number[] },
): Promise<Paths> {
  const { context, source, units, tell } = bench;
  const { seed, signal, log } = context;
  const found = await units(
    [...source.folds.keys()],
    (fold) => `${name}, fold ${fold + 1}`,
    async (fold) => {
      const combinations = await combinationsOf(encodeFold(bench, fold), plan, { seed, signal, tell });
      for (const { neurons, ridge, loss } of combinations) log({ part: name, fold, neurons, ridge, loss });
      return combinations.map(({ outputs: { data, rows, cols }, ...rest }) => ({ ...rest, data, rows, cols }));
    },
  );
  const folds = found.map((fold) =>
    fold.map(({ data, rows, cols, ...rest }): Combination => ({ ...rest, outputs: createMatrix(rows, cols, data) })),
  );
  const points = folds[0]!.map(({ neurons, ridge }, at): GridPoint => {
    const losses = folds.map((combinations) => combinations[at]!.loss);
    const mean = losses.reduce((a, b) => a + b, 0) / losses.length;
    const squares = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0);
    const error = Math.sqrt(squares / Math.max(1, losses.length - 1) / losses.length);
    return { at, neurons, ridge, loss: mean, error };
  });
  return { points, outputsOf: ({ at }) => joined(folds.map((combinations) => combinations[at]!.outputs)) };
}

/** The one of least loss. */
export const best = (points: readonly GridPoint[]): GridPoint => points.reduce((a, b) => (b.loss < a.loss ? b : a));
