import type { RunContext } from '../context.ts';
import { messageOf } from '../errors.ts';
import type { Experiment, PresetName } from '../experiment.ts';
import { completeSummary } from '../run/summary.ts';
import { parseSettings } from '../settings/parse.ts';
import type { Scalars, Summary } from '../values.ts';
import { nest } from './nested-context.ts';
import type { Rival } from './prune.ts';
import type { Configuration } from './space.ts';

/** A configuration with a seed. */
export interface Trial {
  /** Counted from 1. */
  readonly number: number;
  /** The number of its configuration, counted from 1. */
  readonly configuration: number;
  readonly settings: Configuration;
  readonly seed: number;
}

/** What became of a trial. */
export interface TrialValue {
  /** `failed`: the experiment threw; `pruned`: it was behind the others. */
  readonly status: 'done' | 'failed' | 'pruned';
  /** Of a trial that is done, as a run's: NaN and the infinities as text. */
  readonly summary: Scalars;
  readonly seconds: number;
  /** Of one that failed: why. */
  readonly message?: string;
  /** What pruning compares, a number for each step. */
  readonly curve?: Float64Array;
}

/** What is the same for all trials of a sweep. */
export interface TrialPlan {
  readonly inner: Experiment;
  readonly preset: PresetName;
  /** Whether figures, tables and artifacts of trials are kept. */
  readonly outputs: boolean;
  /** Stops a trial that is behind; undefined where none is stopped. */
  readonly rival: Rival | undefined;
}

/** `neurons=[50], seed=0` */
export const trialText = ({ settings, seed }: Pick<Trial, 'settings' | 'seed'>): string =>
  [...Object.entries(settings).map(([key, value]) => `${key}=${wordOf(value)}`), `seed=${seed}`].join(', ');

/** A setting's value in a line or a name. */
export const wordOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Does a trial as a unit of its sweep. */
export async function runTrial(
  { inner, preset, outputs, rival }: TrialPlan,
  outer: RunContext<unknown>,
  trial: Trial,
): Promise<TrialValue> {
  const { number, settings, seed } = trial;
  const labels = Object.entries(settings).map(([key, value]) => [key, scalarOf(value)]);
  const nested = nest({ outer, trial: number, seed, labels: Object.fromEntries(labels), outputs, rival });
  const ended = (status: TrialValue['status'], summary: Summary = {}, message?: string): TrialValue => ({
    status,
    summary,
    seconds: nested.seconds(),
    ...(message !== undefined && { message }),
    ...(rival !== undefined && { curve: nested.curve() }),
  });
  try {
    const context = nested.contextOf(parseSettings(inner, preset, settings));
    const result = await inner.run(context);
    nested.throwIfBroken();
    if (nested.isPruned()) return ended('pruned');
    return ended('done', completeSummary(inner, result, nested.seconds()));
  } catch (error) {
    outer.signal.throwIfAborted();
    // A full disk is no property of the settings.
    nested.throwIfBroken();
    return nested.isPruned() ? ended('pruned') : ended('failed', {}, messageOf(error));
  }
}

const scalarOf = (value: unknown) =>
  typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string' ? value : JSON.stringify(value);
