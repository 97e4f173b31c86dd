import { InputError } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import type { Runtime } from '@unbraid/graph';
import type { Random } from '@unbraid/kernels';
import { checkMatrix } from '../check-data.ts';
import { gaussianGates } from '../gates.ts';
import type { InputMap } from '../inputs.ts';
import { differenceGates, sparseGates, varyingColumns } from './cuts.ts';
import { checkGiven, givenGates, givenOf } from './given.ts';
import { kMeansGates } from './k-means-gates.ts';
import { checkKind, type Gates, isGiven, isLearned, type LearnedGates } from './kinds.ts';
import { reluGates } from './relu.ts';

/** What gates are chosen for. */
export interface GateContext {
  /** k, where it was given. */
  readonly neurons: number | undefined;
  readonly map: InputMap;
  /** The training rows as gates see them, with the constant where there is one. */
  readonly z: Matrix;
  /** Their targets as they are computed with, m × c. */
  readonly y: Matrix;
  readonly random: Random;
  /** Asked for where gates are trained. */
  readonly runtime: () => Promise<Runtime>;
  readonly signal?: AbortSignal | undefined;
}

/** Whether rows need a constant for such gates: they bring offsets, or get them where columns are centred. */
export const bringOffsets = (gates: Gates, scaled: boolean): boolean =>
  gates !== 'gaussian' && (isLearned(gates) || scaled || givenOf(gates).offsets !== undefined);

/**
 * Gates of a network, k × the columns of z: of the training rows alone, where they are learned.
 * @throws {InputError} in one line, for a number of neurons that is missing or another than that of gates that are given, for such that aren't finite or have
 * other columns than X, and for rows from which such gates can't be learned
 */
export async function chooseGates(gates: Gates, context: GateContext): Promise<Matrix> {
  const { neurons, map, z } = context;
  if (gates === 'gaussian') return drawn(neuronsOf(gates, neurons), context);
  if (isLearned(gates)) return learned(gates, neuronsOf(gates, neurons), context);
  const given = givenOf(gates);
  checkGiven(given, { neurons, columns: z.cols - Number(map.offset ?? false) });
  return givenGates(given, map);
}

/** k. @throws {InputError} where neither neurons nor gates say it */
export function neuronsOf(gates: Gates, neurons: number | undefined): number {
  if (neurons !== undefined) return neurons;
  if (isGiven(gates)) {
    const { weights } = givenOf(gates);
    checkMatrix('galu: gates', weights);
    return weights.rows;
  }
  throw new InputError('setting', 'galu: neurons (k) is missing; give their number, or gates');
}

async function learned(gates: LearnedGates, neurons: number, context: GateContext): Promise<Matrix> {
  const { z, y, random, signal } = context;
  const settings = checkKind(gates);
  switch (settings.kind) {
    case 'differences':
      return differenceGates(neurons, z, random);
    case 'sparse':
      return sparseGates(neurons, z, { ...settings, random });
    case 'k-means':
      return kMeansGates(neurons, z, { ...settings, random, signal });
    default:
      return withoutConstants(
        await reluGates(neurons, z, { ...settings, y, random, signal, runtime: await context.runtime() }),
        z,
        z.cols - 1,
      );
  }
}

/**
 * Gaussian directions, with an offset the last column √d times as large as the others: a row of standardized columns is √d long, so gates lie anywhere
 * among the rows, and not all of them near the middle.
 */
function drawn(neurons: number, { map, z, random }: GateContext): Matrix {
  const gates = gaussianGates(neurons, z.cols, random);
  const { offset = false, scaling } = map;
  const columns = z.cols - Number(offset);
  if (offset) for (let at = columns; at < gates.data.length; at += z.cols) gates.data[at]! *= Math.sqrt(columns);
  return scaling ? withoutConstants(gates, z, columns) : gates;
}

/** Gates that don't see what is constant in training, and was never seen otherwise. */
function withoutConstants({ rows, cols, data }: Matrix, z: Matrix, columns: number): Matrix {
  const varying = new Set(varyingColumns(z, columns));
  return createMatrix(
    rows,
    cols,
    data.map((u, at) => (at % cols >= columns || varying.has(at % cols) ? u : 0)),
  );
}
