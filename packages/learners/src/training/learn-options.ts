import { callback, count, having, integer } from '@unbraid/checks';
import type { Runtime } from '@unbraid/graph';
import type { CheckpointStore } from '@unbraid/nn';

/** What every learner may be told beside its own settings. */
export interface LearnOptions<R extends UpdateRecord = UpdateRecord> {
  /** Steps of environments, all together, that are learnt from. */
  readonly timesteps: number;
  /** What parameters, episodes and actions follow from. Default 0. */
  readonly seed?: number;
  /** Told how far learning has come; a promise that it gives is awaited. */
  readonly onUpdate?: (record: R) => void | Promise<void>;
  /** Learning ends with its reason; a checkpoint is saved before. */
  readonly signal?: AbortSignal;
  /** Where the state is kept; `everyEpochs` counts updates. From it learning goes on with the same numbers. */
  readonly checkpoint?: CheckpointStore;
  /** Default: onnxruntime-node on all cores. */
  readonly runtime?: Runtime;
}

/** How far learning has come. */
export interface UpdateRecord {
  /** Counted from 1. */
  readonly update: number;
  /** Steps of environments so far. */
  readonly timesteps: number;
  /** Episodes that have ended. */
  readonly episodes: number;
  /** Mean return of the last 100 episodes that have ended; undefined before the first. */
  readonly meanReturn: number | undefined;
  /** Mean length of the same. */
  readonly meanLength: number | undefined;
}

/** The entries of `LearnOptions` in a schema of settings. */
export const learnSettings = <R extends UpdateRecord>() => ({
  timesteps: count(),
  seed: integer({ min: 0 }).default(0),
  onUpdate: callback<NonNullable<LearnOptions<R>['onUpdate']>>().optional(),
  signal: having<AbortSignal>('an AbortSignal', 'aborted', 'throwIfAborted').optional(),
  checkpoint: having<CheckpointStore>('a checkpoint store, with load and save,', 'load', 'save').optional(),
  runtime: having<Runtime>('a runtime such as nodeRuntime()', 'backend', 'arena', 'kernels').optional(),
});
