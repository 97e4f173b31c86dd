import type { Runtime } from '@unbraid/graph';
import type { Loss } from '../losses/loss.ts';
import type { AnyModel } from '../model.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { CheckpointStore } from './checkpoint.ts';
import type { Data } from './data.ts';
import type { EpochRecord } from './fit-result.ts';
import type { Metrics } from './scores.ts';

export interface StepRecord {
  /** Counted from 1. */
  readonly step: number;
  /** Counted from 1. */
  readonly epoch: number;
  /** Of the step's batch, before the step. */
  readonly loss: number;
  readonly learningRate: number;
}

export interface FitOptions {
  readonly model: AnyModel;
  readonly loss: Loss;
  readonly data: Data;
  /** Default `adam()`. */
  readonly optimizer?: Optimizer;
  /** A rate, or a function of the time in epochs. Default 0.001. */
  readonly learningRate?: number | Schedule;
  /** Rows in a batch, default 128. As many as there are, or Infinity: all rows in each step, in the order given. */
  readonly batchSize?: number;
  /** Leave out the last batch of an epoch where it is smaller. Default false. */
  readonly dropLast?: boolean;
  /** How long to train: either `epochs` or `steps`. */
  readonly epochs?: number;
  readonly steps?: number;
  readonly validation?: Data;
  /** Epochs from one validation to the next. Default 1. */
  readonly validateEvery?: number;
  /** Measured on each training batch and in validation, by name. */
  readonly metrics?: Metrics;
  /**
   * Keep the parameters of the epoch with the lowest score. Default: the validation loss, or the training loss without
   * validation; epochs whose score is NaN are passed over. `false` keeps none.
   */
  readonly keepBest?: false | ((epoch: EpochRecord) => number);
  /** A non-negative integer: of the first parameters and of the order of rows. Default 0. */
  readonly seed?: number;
  /** Parameters to start from, which are copied; by default `initialize(model, seed)`. */
  readonly params?: Float32Array;
  readonly onStep?: (step: StepRecord) => void;
  /** Awaited. */
  readonly onEpoch?: (epoch: EpochRecord) => void | Promise<void>;
  /** Ends training after an epoch for which it is true, such as `({ training }) => training.loss < 1e-4`. */
  readonly stop?: (epoch: EpochRecord) => boolean;
  /** When aborted, `fit` saves its state and throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Where the state is kept; a fit that finds one there goes on from it, with the numbers of an uninterrupted run. */
  readonly checkpoint?: CheckpointStore;
  /**
   * What runs the graphs; by default onnxruntime-node on all cores. Browsers pass `webRuntime()`. Its arena may grow while
   * a fit begins, so data must not be views of it.
   */
  readonly runtime?: Runtime;
}
