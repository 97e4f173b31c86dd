import type { RunContext, Scalars } from '@unbraid/experiment';
import type { Bench } from './bench.ts';
import type { Learner } from './learn/learner.ts';
import type { Answers, Outputs } from './scores/answers.ts';
import type { TableSettings } from './settings.ts';

/** A method that learns of tables. */
export interface TableMethod<S extends TableSettings> {
  /** `galu` */
  readonly name: string;
  /** `GaLU` */
  readonly label: string;
  /** Parts that `choose` tells of. */
  parts(settings: S): number;
  /** Chooses settings by cross-validation, in units of its own. */
  choose(bench: Bench<S>): Promise<Choice>;
  /** Other methods that it is compared with, which cross-validate in units of their own. */
  readonly baselines: readonly Baseline<S>[];
}

/** What cross-validation chose. */
export interface Choice {
  readonly learner: Learner;
  /** Of the tested rows, each by a model that wasn't trained on it. */
  readonly outputs: Outputs;
  /** Results, beside the scores, as the method explains them. */
  readonly summary: Scalars;
  /** Outputs of baselines, by their keys, that came out on the way. */
  readonly found?: Readonly<Record<string, Outputs>>;
  /** What was chosen, in a few words: `32 neurons, ridge 0.1`. */
  readonly chosen: string;
  /** Tables and figures of how it was chosen. */
  report(context: Pick<RunContext<unknown>, 'figure' | 'table'>): Promise<void>;
}

/** A method beside the main one. */
export interface Baseline<S extends TableSettings> {
  /** `ridge regression` */
  label(task: Answers['task']): string;
  /** The name of its main score in the summary: `linearScore`. */
  readonly key: string;
  parts(settings: S): number;
  /** Whether these settings ask for it; always unless given. */
  isWanted?(settings: S): boolean;
  outputs(bench: Bench<S>): Promise<Outputs>;
}
