import type { Experiment } from '@unbraid/experiment';
import type { Command } from 'commander';
import type { RunFlags } from '../commands/new-run.ts';
import type { Io } from '../io.ts';
import type { ModelDirectory } from './model-directory.ts';

/**
 * A method of `unbraid fit`: `fit NAME …`. This much of it is loaded whenever the command starts, so it is small; `load` loads what does the work.
 */
export interface Method {
  /** `galu`, of `fit galu`; its experiment is called `fit/galu`. */
  readonly name: string;
  /** A line of `fit --help`. */
  readonly description: string;
  /** Adds arguments and options; those that every run has (`--seed`, `--out`, `--json` …) are there already. */
  grammar(command: Command): void;
  load(): Promise<MethodModule>;
}

/** What does the work of a method. */
export interface MethodModule {
  /**
   * `fit NAME`: reads the files, checks, and runs the experiment by `fitRun`.
   * @param args the arguments, of files
   * @returns the exit code
   */
  fit(io: Io, args: readonly string[], flags: FitFlags): Promise<number>;
  /** The experiment of a run that goes on: it reads the files that its settings name, and refuses others. */
  experiment(): Experiment;
}

/** Flags that every run has, and those of the method as commander names them. */
export interface FitFlags extends RunFlags {
  readonly [flag: string]: unknown;
}

/** What can be done with a saved model of one kind of data. All return the exit code. */
export interface ModelUse {
  predict(io: Io, model: ModelDirectory, request: PredictFlags): Promise<number>;
  evaluate(io: Io, model: ModelDirectory, request: EvaluateFlags): Promise<number>;
  exportOnnx(io: Io, model: ModelDirectory, request: ExportFlags): Promise<number>;
}

/** Where the data is: a file or a folder, or, of graphs, two files. */
export interface DataFlags {
  readonly data?: string;
  readonly nodes?: string;
  readonly edges?: string;
  /** Of a folder: leave out files that are no readable images. */
  readonly skipUnreadable?: boolean;
  readonly query?: string;
  readonly threads?: string;
  readonly json?: boolean;
}

/** Flags of `unbraid predict`. */
export interface PredictFlags extends DataFlags {
  readonly out?: string;
  /** Names of columns that are kept, by commas. */
  readonly id?: string;
}

/** Flags of `unbraid evaluate`. */
export type EvaluateFlags = DataFlags;

/** Flags of `unbraid export`. */
export interface ExportFlags {
  /** The file to write. */
  readonly onnx?: string;
  readonly json?: boolean;
}

/** The names of options that `used` doesn't list and that were given all the same, as they are written: `--edges`. */
export function unusedFlags(flags: object, used: readonly string[]): string[] {
  return Object.entries(flags)
    .filter(([name, value]) => value !== undefined && !used.includes(name))
    .map(([name]) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
}
