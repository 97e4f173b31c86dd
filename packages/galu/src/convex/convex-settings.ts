import { callback, count, finite, flag, given, integer, type MatrixLike, oneOf } from '@unbraid/checks';
import * as z from 'zod';
import { runSettings, type StoppableOptions } from '../run-once.ts';
import type { ConvexProgress } from './gated-program.ts';

/** What a convex network is fitted by. */
export interface ConvexSettings {
  /**
   * λ > 0 of (1/2n) ‖Y − N(X)‖² + λ Σ_j ‖w_j‖, which for one output is weight decay: λ/2 times the sum of all squared weights of both layers. Of gated neurons with several outputs ‖W_j‖ is
   * the length of the weights of all outputs together.
   */
  readonly penalty: number;
  /**
   * `relu`, the default: the best two-layer ReLU network whose neurons have the patterns of the gates. `gated`: gated ReLU neurons, which may say anything where their gate is open.
   * `decomposed`: the gated network as a ReLU network that says the same on the training rows, each neuron written as the shortest difference of two; much
   * quicker than `relu`, and how far from it `gap` tells. Several outputs have ReLU neurons of their own each, and a program each.
   */
  readonly method?: 'relu' | 'gated' | 'decomposed';
  /** Gates that are drawn, Gaussian directions. Default 100; more are nearer to all that there are. */
  readonly neurons?: number;
  /** Gates of one's own instead, k × d; with `bias` also k × (d + 1), whose last column is what is added to u · x. */
  readonly gates?: MatrixLike;
  /** A bias for each neuron: as if X had a column of ones more. It is penalized with the weights. Drawn gates have one, too; given ones of d columns have 0. Default false. */
  readonly bias?: boolean;
  /** The duality gap at which it ends, as a share of ‖Y‖² / 2n. Default 1e-6. */
  readonly tolerance?: number;
  /** Of all programs together where `method` is `relu`, which takes one at least for each. Default 500. */
  readonly maxIterations?: number;
  /** From which gates are drawn. Default 0. */
  readonly seed?: number;
}

/** What `gatedPath` is told. */
export interface GatedPathSettings extends Omit<ConvexSettings, 'penalty' | 'method'> {
  /** λ > 0, in any order. */
  readonly penalties: readonly number[];
}

/** What fitting takes beside data and settings. */
export interface ConvexOptions extends StoppableOptions {
  /** Told each iteration; awaited. */
  readonly onIteration?: (progress: ConvexProgress) => void | Promise<void>;
}

const common = {
  neurons: count().default(100),
  gates: given<MatrixLike>().optional(),
  bias: flag().default(false),
  tolerance: finite({ above: 0 }).default(1e-6),
  maxIterations: count().default(500),
  seed: integer({ min: 0 }).default(0),
};

export const problemSettings = z.object(common);

/** What is common to all programs, checked. */
export type ProblemSettings = z.output<typeof problemSettings>;

export const fitSettings = z.object({
  penalty: finite({ above: 0 }),
  method: oneOf('relu', 'gated', 'decomposed').default('relu'),
  ...common,
});

export const pathSettings = z.object({
  penalties: z.array(finite({ above: 0 }), { error: 'a list of penalties' }).min(1, { error: 'at least one penalty' }),
  ...common,
});

export const fitOptions = z.object({
  ...runSettings,
  onIteration: callback<(progress: ConvexProgress) => void | Promise<void>>().optional(),
});
