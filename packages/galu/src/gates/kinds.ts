import { checkSettings, count, finite, InputError, showValue } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import * as z from 'zod';
import type { GivenGates } from './given.ts';

/** Gates that are learned from the training rows, after scaling. All have offsets: 1{u·z + c ≥ 0}. */
export type LearnedGates =
  /** Each gate is halfway between two random rows: u = z_i − z_j. */
  | { readonly kind: 'differences' }
  /** Gaussian weights of one to so many random columns (3 by default), and a random row on the edge: for tables whose columns each mean something. */
  | { readonly kind: 'sparse'; readonly columns?: number }
  /**
   * Each gate is halfway between two centres of k-means, pairs at random. `clusters` is by default the smallest number with a pair for each gate; up to
   * `sampleRows` rows are looked at (4,096).
   */
  | { readonly kind: 'k-means'; readonly clusters?: number; readonly sampleRows?: number }
  /** The hidden weights of a ReLU network of as many neurons, trained for so many `steps` (2,000) on batches of 128 rows by Adam. */
  | { readonly kind: 'relu'; readonly steps?: number; readonly learningRate?: number };

/** Where gates come from: the paper's Gaussian directions, the training rows, or elsewhere. */
export type Gates = 'gaussian' | Matrix | GivenGates | LearnedGates;

/** By kind, what else it takes. */
const KINDS = {
  differences: z.object({ kind: z.string() }),
  sparse: z.object({ kind: z.string(), columns: count().default(3) }),
  'k-means': z.object({ kind: z.string(), clusters: count().optional(), sampleRows: count().default(4096) }),
  relu: z.object({ kind: z.string(), steps: count().default(2000), learningRate: finite({ above: 0 }).default(3e-3) }),
} as const;

type Kind = keyof typeof KINDS;

/** Learned gates with defaults filled in. */
export type CheckedKind = { [K in Kind]: { readonly kind: K } & Omit<z.output<(typeof KINDS)[K]>, 'kind'> }[Kind];

/** Whether gates are of a kind that is learned. */
export const isLearned = (gates: Gates): gates is LearnedGates => typeof gates === 'object' && 'kind' in gates;

/** Whether gates are given, and not to be drawn or learned. */
export const isGiven = (gates: Gates): gates is Matrix | GivenGates => gates !== 'gaussian' && !isLearned(gates);

/** Gates of a kind with its defaults. @throws {InputError} for a kind that there isn't, and entries that are unknown or out of range */
export function checkKind(gates: LearnedGates): CheckedKind {
  if (!Object.hasOwn(KINDS, gates.kind)) {
    const kinds = Object.keys(KINDS).join(', ');
    throw new InputError('setting', `galu: createGalu's gates.kind is ${showValue(gates.kind)}; there are ${kinds}`);
  }
  return {
    ...checkSettings(`galu: gates of kind ${gates.kind}`, KINDS[gates.kind], gates),
    kind: gates.kind,
  } as CheckedKind;
}
