import type { Experiment } from '../experiment.ts';
import type { ConfigurationResult, TrialResult } from './results.ts';
import type { SweepSettings } from './settings.ts';

/** What a sweep came to. */
export interface SweepReport {
  readonly inner: Experiment;
  readonly settings: SweepSettings;
  readonly trials: readonly TrialResult[];
  readonly configurations: readonly ConfigurationResult[];
  readonly command: ((words: readonly string[]) => string) | undefined;
}
