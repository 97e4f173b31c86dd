import type { WarningListener } from '@unbraid/checks';
import type { ProgressListener } from '@unbraid/checks/progress';
import type { Runtime } from '@unbraid/graph';
import type { SavedState } from '@unbraid/nn';
import type { TrainedVae } from '../use/trained-vae.ts';
import type { Vae } from '../vae/vae.ts';
import type { Objective } from './objective.ts';
import type { RowSource } from './row-source.ts';
import type { Trace } from './trace.ts';
import type { Tracking } from './tracking.ts';

/** Where training keeps its state: a `Checkpoints` of `@unbraid/experiment` under one key, a file, memory. */
export interface VaeCheckpoint {
  /** The state saved last, if there is one. */
  load(): Promise<SavedState | undefined>;
  save(state: SavedState): Promise<void>;
  /** Steps from one save to the next, by default 1000; the end and an abort are saved in any case. */
  readonly everySteps?: number;
}

/** What a step tells while training runs. */
export interface VaeStep {
  /** Counted from 1. */
  readonly step: number;
  /** The weight that the step used: β; of `tc` that of the total correlation, of `annealed` γ, of `quantized` 0. */
  readonly beta: number;
  /** C(t) in nats; undefined without one. */
  readonly setPoint: number | undefined;
  /** Of the batch, in nats. */
  readonly kl: number;
  /** y(t): what the controller sees, a moving average of the KL divergence. */
  readonly feedback: number;
  /** Of each latent, in nats: a view, valid until the callback has returned. */
  readonly klOfLatents: Float32Array;
  /** Of the batch, in nats, summed over a row's entries. */
  readonly reconstruction: number;
  /** What the step's gradient is of: reconstruction + β · KL, and the penalty where there is one; see the objectives. */
  readonly loss: number;
  readonly stepsPerSecond: number;
  readonly secondsLeft: number;
}

/** What `fitVae` takes. */
export interface FitVaeOptions<V extends Vae = Vae> {
  /** What is trained. */
  readonly vae: V;
  /** Rows of images in [0, 1], or of bytes, or a function that draws them. Either these or `data` are needed. */
  readonly images?: RowSource;
  /** The same where rows are no images: vectors, or the rows of a table. */
  readonly data?: RowSource;
  /** How the KL divergence is weighted. */
  readonly objective: Objective;
  /** Batches, an update after each. */
  readonly steps: number;
  /** By default 128. */
  readonly batchSize?: number;
  /** Of Adam, by default 1e-4. */
  readonly learningRate?: number;
  /** Of first parameters, batches and noise; by default 0. */
  readonly seed?: number;
  /** First parameters, which are copied; by default drawn from the seed. */
  readonly params?: Float32Array;
  /** Steps from one entry of the trace to the next, by default 1. */
  readonly recordEvery?: number;
  /** Told each step; a promise that it gives is awaited. */
  readonly onStep?: (step: VaeStep) => unknown;
  /** `true` draws a bar and a line over and over to stderr, where that is a terminal; a function gets the line, and how far that is. By default false. */
  readonly progress?: boolean | ProgressListener;
  /** Is told where the KL divergence never reached its set point; by default a process warning. `tracking.warning` says it, too. */
  readonly onWarning?: WarningListener;
  /**
   * A fit that finds a state goes on from it and ends with the numbers of an uninterrupted one. A state of another fit is refused: of other options, sizes of the data, layers'
   * names or parameters' shapes. What functions do (those that draw rows or give a set point, and layers' own), and the values of rows, can't be compared.
   */
  readonly checkpoint?: VaeCheckpoint;
  /** When aborted, the state is saved and the signal's reason thrown. */
  readonly signal?: AbortSignal;
  /** What runs the graphs; by default `defaultRuntime()` of `@unbraid/graph/runtime`. */
  readonly runtime?: Runtime;
}

/** A VAE after training. */
export interface FittedVae<V extends Vae = Vae> extends TrainedVae<V> {
  readonly steps: number;
  readonly seconds: number;
  /** The weight of the last step: β; of `tc` that of the total correlation, of `annealed` γ, of `quantized` 0. */
  readonly beta: number;
  readonly trace: Trace;
  /** How the KL divergence followed its set point, where there was one; its `warning` says so where it never got there. */
  readonly tracking?: Tracking;
}
