import type { WarningListener } from '@unbraid/checks';
import type { ProgressListener } from '@unbraid/checks/progress';
import type { Runtime, Tensor, TensorsOf, Tree } from '@unbraid/graph';
import type { Loss } from '../losses/loss.ts';
import type { AnyModel } from '../model.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { ParamSpec } from '../param.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { CheckpointStore } from './checkpoint.ts';
import type { ClassWeights } from './class-weights.ts';
import type { DataLike } from './data.ts';
import type { EarlyStopping } from './early-stopping.ts';
import type { EpochRecord } from './fit-result.ts';
import type { ParameterPattern } from './parameter-pattern.ts';
import type { Metrics } from './scores.ts';
import type { TrainingBatch } from './trainer.ts';

/** What happened in a step. */
export interface StepRecord {
  /** Counted from 1. */
  readonly step: number;
  /** Counted from 1. */
  readonly epoch: number;
  /** Of the step's batch, before the step, the penalty included. */
  readonly loss: number;
  readonly learningRate: number;
}

/** What `fit` takes. */
export interface FitOptions {
  readonly model: AnyModel;
  readonly loss: Loss;
  /** A scalar of the parameters that is added to the training loss, such as a decay of some layers' weights. */
  readonly penalty?: (params: never) => Tensor;
  readonly data: DataLike;
  /** Default `adam()`. */
  readonly optimizer?: Optimizer;
  /** A rate of at least 0, or a function of the time in epochs that gives one. Default 0.001. */
  readonly learningRate?: number | Schedule;
  /** Rows in a batch, default 128. As many as there are, or Infinity: all rows in each step, in the order given. */
  readonly batchSize?: number;
  /** Leave out the last batch of an epoch where it is smaller. Default false. */
  readonly dropLast?: boolean;
  /** Changes the inputs of each training batch in place before its step: augmentation. The data stays as it is. */
  readonly transform?: (batch: TrainingBatch) => void;
  /** How long to train: either `epochs` or `steps`. */
  readonly epochs?: number;
  readonly steps?: number;
  readonly validation?: DataLike;
  /**
   * What the rows of each class count in the loss, in training and validation, beside `data.weights`; metrics are measured without weights.
   * A list has a weight for each output, a record names classes. Weighted losses are Σ w·loss / Σ w over the rows of a batch.
   */
  readonly classWeights?: ClassWeights;
  /** Epochs from one validation to the next. Default 1. */
  readonly validateEvery?: number;
  /**
   * Validates also within epochs: after every so many steps, counted over the whole training. The parameters measured are those that count, settled where the
   * optimizer settles them, and may be kept as best; the record's training scores are of the epoch so far. Default: at the ends of epochs alone.
   */
  readonly validateEverySteps?: number;
  /** Measured on each training batch and in validation, by name. */
  readonly metrics?: Metrics;
  /**
   * Keep the parameters with the lowest score. Default: the validation loss, or the training loss without validation; epochs whose
   * score is NaN are passed over. Without validation, where an epoch is one step over all rows, its scores are those of the parameters
   * before the step, which are kept. `false` keeps none.
   */
  readonly keepBest?: false | ((epoch: EpochRecord) => number);
  /** A non-negative integer: of the first parameters, the order of rows, masks and what a transform draws. Default 0. */
  readonly seed?: number;
  /**
   * Parameters that keep their values: no gradient of them is computed, nothing below the lowest trained layer is gone back through, and the optimizer
   * keeps nothing for them. Running means that are named stay, too. A name stands for all below it, `*` for any characters.
   */
  readonly freeze?: ParameterPattern | readonly ParameterPattern[];
  /** By pattern, what the learning rate is multiplied by for the parameters that match: `{ 'encoder.*': 0.1 }`. Where several match, the last counts. */
  readonly learningRates?: Readonly<Record<string, number>>;
  /** Batches whose mean gradient makes a step, so that memory is that of one batch. The last step of an epoch has those that are left. Default 1. */
  readonly accumulate?: number;
  /** The largest Euclidean norm of the gradients of all parameters together: longer ones are shortened to it. */
  readonly clipNorm?: number;
  /** The largest size of a gradient's entry, before `clipNorm`. */
  readonly clipValue?: number;
  /**
   * From the end of epoch `from` on, the parameters that count, which are validated, kept as best and returned, are the mean of those at the ends of
   * these epochs; training goes on from those at work (stochastic weight averaging, Izmailov et al. 2018). Optimizers that are not `averageable` refuse it.
   */
  readonly mean?: { readonly from: number };
  /** Parameters to start from, which are copied; by default `initialize(model, seed)`. */
  readonly params?: Float32Array;
  readonly onStep?: (step: StepRecord) => void;
  /** Awaited. `params` are the parameters that count at the epoch's end: a view to read until the call has ended. */
  readonly onEpoch?: (epoch: EpochRecord, params: Float32Array) => void | Promise<void>;
  /** Told of each validation within an epoch. Awaited. `params` as for `onEpoch`. */
  readonly onValidation?: (record: EpochRecord, params: Float32Array) => void | Promise<void>;
  /** Ends training after an epoch for which it is true, such as `({ training }) => training.loss < 1e-4`. */
  readonly stop?: (epoch: EpochRecord) => boolean;
  /** Ends training when the score, that of `keepBest`, hasn't improved for `patience` epochs. */
  readonly earlyStopping?: EarlyStopping;
  /**
   * Whether to show how far it has come: `true` draws a bar and a line over and over to stderr, where that is a terminal; a function gets the line, and how far that is.
   * Default false.
   */
  readonly progress?: boolean | ProgressListener;
  /** Is told, in a line each, of data from which little can be learnt as they are. Default: a process warning; `warnings` of the result has them, too. */
  readonly onWarning?: WarningListener;
  /** When aborted, `fit` saves its state and throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Where the state is kept; a fit that finds one there goes on from it, with the numbers of an uninterrupted run. */
  readonly checkpoint?: CheckpointStore;
  /**
   * What runs the graphs; by default in Node ONNX Runtime on all cores, in pages in WebAssembly on one thread. Its arena may grow while
   * a fit begins, so data must not be views of it.
   */
  readonly runtime?: Runtime;
}

/** `FitOptions` whose penalty gets the parameters of `M`, typed. */
export interface FitOptionsFor<M extends AnyModel> extends Omit<FitOptions, 'model' | 'penalty'> {
  readonly model: M;
  readonly penalty?: (params: ParamsIn<M>) => Tensor;
}

/** What a function of a model's parameters gets; of a model of unknown type it can't be said. */
type ParamsIn<M extends AnyModel> = Tree<ParamSpec> extends M['params'] ? never : TensorsOf<M['params']>;
