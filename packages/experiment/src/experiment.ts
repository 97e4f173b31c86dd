import type { z } from 'zod';
import type { RunContext } from './context.ts';
import type { Summary } from './values.ts';

/** Names of presets: of seconds, of minutes, and the paper's own. */
export const presetNames = ['smoke', 'short', 'full'] as const;
/** `smoke` ends in under 10 seconds, `short` in under 3 minutes, `full` is the paper's own setting. */
export type PresetName = (typeof presetNames)[number];

/** What a column of `metrics.jsonl` is. */
export interface MetricColumn {
  /** What it measures, in a few words: `mean loss of the training rows`. */
  readonly description: string;
  /** `s`, `%`, `nats`, `bytes`; none: a plain number, or a fraction of 0 to 1. */
  readonly unit?: string | undefined;
  /** The column along which it is drawn, such as `epoch`; none: the line's place in the file. */
  readonly x?: string | undefined;
  /** Columns that tell its curves apart, such as `dataset` and `trial`. */
  readonly by?: readonly string[] | undefined;
}

/** An experiment: its settings, presets and what it runs. */
export interface Experiment<S extends z.ZodObject = z.ZodObject> {
  /** `system/experiment`, lower case: `galu/memorize`. */
  readonly name: string;
  readonly title: string;
  /** `arXiv 1906.05032, Section 3` */
  readonly paper: string;
  /** What the experiment does and what it shows, in a few sentences. */
  readonly description: string;
  /** Every key has `.default()` and `.describe()`; no transforms, so that settings survive `config.json`. */
  readonly settings: S;
  readonly presets: Readonly<Record<PresetName, Partial<z.input<S>>>>;
  /** The meaning of every summary key. A key `seconds` that `run` leaves out is filled with the run's duration. */
  readonly summary: Readonly<Record<string, string>>;
  /** What columns of its lines are, by their names. Whoever draws a column that isn't here guesses what it is drawn along. */
  readonly metrics?: Readonly<Record<string, MetricColumn>>;
  /** Whether what it measures is time: then all of it is done by one process, alone, and no two runs give the same numbers. @defaultValue false */
  readonly timing?: boolean;
  /** A pure function of the context's settings and seed. */
  run(context: RunContext<z.output<S>>): Promise<Summary>;
}

/** Gives an experiment its types. */
export function defineExperiment<S extends z.ZodObject>(experiment: Experiment<S>): Experiment<S> {
  return experiment;
}
