import {
  callback,
  checkSettings,
  count,
  finite,
  flag,
  InputError,
  integer,
  oneOf,
  type WarningListener,
} from '@unbraid/checks';
import { type ProgressListener, progressSetting } from '@unbraid/checks/progress';
import type { Runtime } from '@unbraid/graph';
import * as z from 'zod';
import { checkKind, type Gates, isGiven, isLearned } from './gates/kinds.ts';
import type { ScalingKind } from './inputs.ts';
import type { Preconditioning } from './preconditioner.ts';
import { type IterationListener, preconditioning } from './problem.ts';
import { isObject, type RowWeights, rowWeightSettings } from './row-weights.ts';
import { runSettings } from './run-once.ts';
import type { Loss } from './targets.ts';

/** What `createGalu` takes. */
export interface GaluSettings {
  /** k; with given gates it may be left out. With `linear` it may be 0, which is the linear model alone. */
  readonly neurons?: number;
  /**
   * Add a neuron whose gate is zero, which is open for every row, for each output, with 1 as its output weight: the linear model, within the network, under the same
   * ridge. Default false.
   */
  readonly linear?: boolean;
  /**
   * Give each output weights W of its own, over the same gates: k·c neurons. By default k neurons serve all outputs, each through its output weights A, as in the
   * paper. With one output there is no difference.
   */
  readonly separate?: boolean;
  /**
   * Gaussian directions drawn from the seed, the default; learned from the training rows, `{ kind }`; or given, for X as it is: a k × d matrix, such as the
   * hidden weights of a trained ReLU network, or `{ weights, offsets }`.
   */
  readonly gates?: Gates;
  /**
   * Scale the columns of X within the model, by what is learned from the training rows: true or `standardize` gives each mean 0 and deviation 1, `norm` centres them and divides
   * all by one number. Default false: X is taken as it is.
   */
  readonly scale?: boolean | ScalingKind;
  /**
   * Append a constant to each row, after scaling: gates are 1{u·x + c ≥ 0} then, anywhere among the rows, and each neuron's linear part has a constant, too. Default: whether
   * columns are scaled or gates have offsets; else false, as in the paper, where all gates go through the origin.
   */
  readonly offset?: boolean;
  /** So many networks with gates of their own are trained, and their outputs averaged, with the logistic loss their probabilities. Default 1. */
  readonly members?: number;
  /** Default `squared`. */
  readonly loss?: Loss;
  /**
   * Number of classes, where labels may leave some out, or their names in order. By default one more than the largest label, and then each must
   * occur; of labels that are names, those that occur, sorted.
   */
  readonly classes?: number | readonly string[];
  /**
   * Add a constant b to each output, trained with W and left alone by the ridge. Default true: without it a network can't leave
   * the origin, N(0) = 0.
   */
  readonly intercept?: boolean;
  /** λ ≥ 0 of the penalty λ‖W‖², beside the loss summed over rows. Default 0. */
  readonly ridge?: number;
  /**
   * `primal` iterates on W; `direct` (squared loss, a ridge) solves the normal equations in double precision, or by the kernel where that is smaller;
   * `dual` (squared loss, one output) solves in the m × m kernel, also without a ridge. `auto` takes the direct one for the squared loss with a ridge, where the smaller of
   * both has up to 2,048 unknowns and nothing is said about iterations; else it iterates.
   */
  readonly method?: 'auto' | 'primal' | 'dual' | 'direct';
  /** How iterations are preconditioned. Default true, which is `factors`. */
  readonly precondition?: Preconditioning;
  /** Relative gradient at which training ends; 1e-6 by default. */
  readonly tolerance?: number;
  /** Training error (mean of the summed squares, or the mean logistic loss) at which training ends; 0 by default. */
  readonly targetError?: number;
  /** Iterations of CGLS or steps of Newton; 1000 by default. Training that they end has not converged, and says so. */
  readonly maxIterations?: number;
  /** Whole number from which gates and output weights are drawn; 0 by default. */
  readonly seed?: number;
  /** What runs the graphs; by default `defaultRuntime()` of `@unbraid/graph/runtime`: all cores in Node, WebAssembly in a page. */
  readonly runtime?: Runtime;
  /** Memory that training may take beside X and Y, in bytes; by default what the system has to give. */
  readonly availableBytes?: number;
}

/** What `fit` takes beside X and Y. */
export interface FitOptions extends RowWeights {
  /** When aborted, training ends with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told each iteration of CGLS or step of Newton, counted from 1; awaited. */
  readonly onIteration?: IterationListener;
  /**
   * `true` draws a bar and a line over and over to stderr, where that is a terminal; a function gets the line, and how far that is. Solvers that don't iterate show nothing.
   * Default false.
   */
  readonly progress?: boolean | ProgressListener;
  /** Is told each of `report.warnings`; by default they become process warnings, on stderr in Node. */
  readonly onWarning?: WarningListener;
}

const TOLERANCE = 1e-6;
const MAX_ITERATIONS = 1000;

/** Entries of a schema for `GaluSettings`. */
export const modelSettings = {
  neurons: integer({ min: 0 }).optional(),
  gates: z
    .custom<Gates>((value) => value === 'gaussian' || isObject(value), {
      error: '"gaussian", { kind }, a matrix, or { weights, offsets }',
    })
    .default('gaussian'),
  scale: z
    .union([z.boolean(), z.enum(['standardize', 'norm'])], { error: 'true, false, "standardize" or "norm"' })
    .default(false),
  offset: flag().optional(),
  members: count().default(1),
  loss: oneOf('squared', 'logistic', 'softmax').default('squared'),
  classes: z
    .union([integer({ min: 2 }), z.array(z.string()).min(2)], {
      error: 'an integer of at least 2, or a list of names,',
    })
    .optional(),
  linear: flag().default(false),
  separate: flag().default(false),
  intercept: flag().default(true),
  ridge: finite({ min: 0 }).default(0),
  method: oneOf('auto', 'primal', 'dual', 'direct').default('auto'),
  precondition: preconditioning().default(true),
  tolerance: finite({ min: 0 }).default(TOLERANCE),
  targetError: finite({ min: 0 }).default(0),
  maxIterations: count().default(MAX_ITERATIONS),
  seed: integer().default(0),
  runtime: runSettings.runtime,
  availableBytes: finite({ above: 0 }).optional(),
};

const settingsSchema = z.object(modelSettings);

const fitSchema = z.object({
  ...rowWeightSettings,
  signal: runSettings.signal,
  onIteration: callback<IterationListener>().optional(),
  progress: progressSetting().optional(),
  onWarning: callback<WarningListener>().optional(),
});

/** Settings with defaults filled in. */
export type CheckedSettings = z.output<typeof settingsSchema>;

/** @throws {InputError} in one line, for the first setting that is unknown or can't be */
export function checkGaluSettings(settings: GaluSettings): CheckedSettings {
  const checked = checkSettings('galu: createGalu', settingsSchema, settings);
  if (isLearned(checked.gates)) checkKind(checked.gates);
  checkMembers('createGalu', checked);
  checkNeurons('createGalu', checked.neurons, checked.linear);
  return checked;
}

/** @throws {InputError} for several members whose gates are given */
export function checkMembers(who: string, { gates, members }: Pick<CheckedSettings, 'gates' | 'members'>): void {
  if (!isGiven(gates) || members === 1) return;
  throw new InputError(
    'setting',
    `galu: ${who}'s members is ${members}, and gates that are given are the same for all; leave members out, or let gates be drawn`,
  );
}

/** @throws {InputError} for no neurons at all, unless the linear model is asked for */
export function checkNeurons(who: string, neurons: number | undefined, linear: boolean): void {
  if (neurons !== 0 || linear) return;
  throw new InputError(
    'setting',
    `galu: ${who}'s neurons is 0; an integer of at least 1 is needed, or linear: true for the linear model alone`,
  );
}

/** Whether nothing was said about how to iterate, and for how long. */
export const iteratesAsUsual = ({ precondition, tolerance, targetError, maxIterations }: CheckedSettings): boolean =>
  precondition === true && tolerance === TOLERANCE && targetError === 0 && maxIterations === MAX_ITERATIONS;

/** @throws {InputError} in one line, for the first option that is unknown or can't be */
export const checkFitOptions = (options: FitOptions): z.output<typeof fitSchema> =>
  checkSettings('galu: fit', fitSchema, options);
