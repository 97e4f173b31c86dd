import { callback, checkSettings, finite, flag, integer, oneOf, type WarningListener } from '@unbraid/checks';
import * as z from 'zod';
import { type RowWeights, rowWeightSettings } from '../row-weights.ts';
import { runSettings } from '../run-once.ts';
import { checkMembers, checkNeurons, type GaluSettings, modelSettings } from '../settings.ts';
import type { Folds } from './folds.ts';

/** What each combination is a network of: as `GaluSettings`, but for the size, the ridge and what only matters to iterations. */
type ModelSettings = Pick<
  GaluSettings,
  | 'gates'
  | 'scale'
  | 'offset'
  | 'members'
  | 'loss'
  | 'classes'
  | 'linear'
  | 'separate'
  | 'intercept'
  | 'seed'
  | 'runtime'
  | 'availableBytes'
>;

/** How far a search is. */
export interface SearchProgress {
  /** Fits of a whole path of ridges that are done, and how many there are. */
  readonly done: number;
  readonly total: number;
  /** Of the fit that was just done; folds are counted from 0. */
  readonly neurons: number;
  readonly fold: number;
}

/** Is told of each path of ridges that has been fitted; the search waits for it. */
export type SearchListener = (progress: SearchProgress) => void | Promise<void>;

/** What paths of networks take: sizes and ridges, and of what. */
export interface PathSettings extends ModelSettings, RowWeights {
  /** Numbers of neurons k to be compared; 0 is the linear model, and takes `linear`. */
  readonly neurons: readonly number[];
  /** λ > 0 to be compared. */
  readonly ridges: readonly number[];
  /** When aborted, its reason is thrown. */
  readonly signal?: AbortSignal;
  readonly onProgress?: SearchListener;
}

/** What `searchGalu` takes. */
export interface SearchSettings extends PathSettings {
  /** So many folds drawn from the seed, of which each has its share of each class; or the rows of each. Default 5. */
  readonly folds?: Folds;
  /**
   * What the best combination is: the one of least held-out `loss`, or of largest held-out `score`. Default `loss`, which tells combinations apart that get as many
   * rows right.
   */
  readonly by?: 'loss' | 'score';
  /**
   * Of the combinations that are within one standard error of the best take the simplest: with the fewest neurons, and of these with the largest ridge
   * (Breiman et al. 1984, Section 3.4.3). Default false.
   */
  readonly oneStandardError?: boolean;
  /**
   * Train the network of the best combination on all rows as well: `model` of what was found. That takes little where there is one network for all folds, since it goes on from what the folds
   * were fitted with; with `members`, gates of a ReLU net or `oneStandardError` it is a fit by `createGalu`. Default false.
   */
  readonly refit?: boolean;
  /** With `refit`: is told each of the model's `report.warnings`; by default they become process warnings, on stderr in Node. */
  readonly onWarning?: WarningListener;
}

const { gates, scale, offset, members, loss, classes, linear, separate, intercept, seed, runtime, availableBytes } =
  modelSettings;

const pathEntries = {
  ...{ gates, scale, offset, members, loss, classes, linear, separate, intercept, seed, runtime, availableBytes },
  neurons: z
    .array(integer({ min: 0 }), { error: 'a list of numbers of neurons' })
    .min(1, { error: 'at least one number' }),
  ridges: z.array(finite({ above: 0 }), { error: 'a list of ridges' }).min(1, { error: 'at least one ridge' }),
  ...rowWeightSettings,
  signal: runSettings.signal,
  onProgress: callback<SearchListener>().optional(),
};

const pathSchema = z.object(pathEntries);

const searchSchema = z.object({
  ...pathEntries,
  folds: z
    .union([integer({ min: 2 }), z.custom<readonly ArrayLike<number>[]>(Array.isArray)], {
      error: 'an integer of at least 2, or the rows of each fold,',
    })
    .default(5),
  by: oneOf('loss', 'score').default('loss'),
  oneStandardError: flag().default(false),
  refit: flag().default(false),
  onWarning: callback<WarningListener>().optional(),
});

/** Settings with defaults filled in. */
export type CheckedPath = z.output<typeof pathSchema>;
export type CheckedSearch = z.output<typeof searchSchema>;

/** @throws {InputError} in one line, for the first setting that is unknown or can't be */
export const checkPathSettings = (settings: PathSettings): CheckedPath =>
  together('galuPath', checkSettings('galu: galuPath', pathSchema, settings));

/** @throws {InputError} in one line, for the first setting that is unknown or can't be */
export const checkSearchSettings = (settings: SearchSettings): CheckedSearch =>
  together('searchGalu', checkSettings('galu: searchGalu', searchSchema, settings));

/** Settings that go together. @throws {InputError} as `createGalu` for others */
function together<S extends CheckedPath>(who: string, settings: S): S {
  checkMembers(who, settings);
  for (const neurons of settings.neurons) checkNeurons(who, neurons, settings.linear);
  return settings;
}
