import { callback, count, finite, given, having, integer, oneOf, type WarningListener } from '@unbraid/checks';
import { type ProgressListener, progressSetting } from '@unbraid/checks/progress';
import type { Runtime } from '@unbraid/graph';
import type { CheckpointStore, ClassWeights } from '@unbraid/nn';
import * as z from 'zod';
import type { ClusterOptions } from '../batches/cluster-batches.ts';
import type { SampleOptions } from '../batches/neighbor-batches.ts';
import { batchSettings } from '../batches/settings.ts';
import type { AnyNodeLayer } from '../layers/node-layer.ts';
import type { ModelName, ModelOptions, ModelSettings } from '../models.ts';
import type { NodeGraphLike, NodeSplit } from '../node-graph.ts';
import { type TaskFacts, type TaskName, taskNames } from '../tasks/task.ts';
import { fitModelSettings } from './chosen-model.ts';
import type { EpochRecord, Monitor } from './epoch.ts';

/** How any fit of this package trains. */
export interface TrainingOptions extends Omit<ModelOptions, 'model'> {
  /** By its name; or any network of layers of nodes, which has settings of its own in the place of `hidden`, `dropout`, `limit` and `gateInputs`. */
  readonly model: ModelName | AnyNodeLayer;
  /** Of Adam. Default 0.01. */
  readonly learningRate?: number;
  /** Added to the gradient: weightDecay · parameters. Default 5e-4. */
  readonly weightDecay?: number;
  /** At most. Default 500. */
  readonly epochs?: number;
  /** Epochs without a better validation after which training ends. Default 100. */
  readonly patience?: number;
  /** What is better: a lower validation loss (default), or a higher score or accuracy, the loss deciding between equal ones. */
  readonly monitor?: Monitor;
  /** Of the first parameters, of dropout, and of whatever else is drawn. Default 0. */
  readonly seed?: number;
  /** Parameters to start from, which are copied; by default drawn. */
  readonly params?: Float32Array;
  /** Keeps the state, from which a fit that was stopped goes on with the same numbers: `fileCheckpoint(path)` of `@unbraid/nn`, or a store of one's own. */
  readonly checkpoint?: CheckpointStore;
  /** When aborted, its reason is thrown. */
  readonly signal?: AbortSignal;
  /** Told each epoch, counted from 1; a promise that it gives is awaited. */
  readonly onEpoch?: (epoch: EpochRecord) => unknown;
  /** `true` draws a bar and a line over and over to stderr, where that is a terminal; a function gets the line, and how far that is. Default false. */
  readonly progress?: boolean | ProgressListener;
  /** Is told each of `warnings` of the result; by default they become process warnings, on stderr in Node. */
  readonly onWarning?: WarningListener;
  /** Default: `defaultRuntime()` of `@unbraid/graph/runtime`. */
  readonly runtime?: Runtime;
}

/** What `fit` takes. */
export interface FitOptions extends TrainingOptions {
  /** The graph with its features, and labels or targets. */
  readonly graph: NodeGraphLike;
  /** Which nodes are learnt from, chosen by, and measured on. */
  readonly split: NodeSplit;
  /** What is learnt of nodes. Default `classification`. */
  readonly task?: TaskName;
  /**
   * How much classes count in the loss: by class in a list, by name in a record, or `balanced`, each class as much as every other (of several labels:
   * rows that have one as much as those that don't). By default every row counts as much.
   */
  readonly classWeights?: ClassWeights;
  /** Steps on some nodes and on neighbours that are sampled around them, for graphs beyond memory. By default a step is made on all nodes at once. */
  readonly sample?: SampleOptions;
  /** Steps on parts of the graph, with the edges within these. */
  readonly clusters?: ClusterOptions;
}

/** A trained model: plain data, but for layers of one's own. */
export interface TrainedModel {
  /** What it is made of. */
  readonly settings: ModelSettings;
  /** Flat; of the best epoch. */
  readonly params: Float32Array;
  /** What it was trained to tell; left out where that is one class of several. */
  readonly task?: TaskFacts | undefined;
  /** The network, where it has layers of one's own, which `settings` can't tell. */
  readonly network?: AnyNodeLayer | undefined;
}

/** How well the best epoch does; scores are those of `EpochRecord`, and everything is NaN where there is nothing to measure it on. */
export interface BestEpoch extends EpochRecord {
  readonly trainScore: number;
  readonly testScore: number;
  /** From 0 to 1; NaN of quantities. */
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
  /** Of quantities in their own units; NaN of classes. */
  readonly testMeanAbsoluteError: number;
}

/** What a fit gives: the trained model, and how training went. */
export interface FitResult extends TrainedModel {
  /** The epoch whose parameters these are. */
  readonly best: BestEpoch;
  /** One record for each epoch. */
  readonly history: readonly EpochRecord[];
  /** What isn't as it should be, each in one line: features that aren't scaled, a rare class, epochs that ended too early. */
  readonly warnings: readonly string[];
  /** Time for epochs; compilation is left out, and epochs before a checkpoint. */
  readonly seconds: number;
}

/** The schema of `TrainingOptions`. */
export const trainingSettings = {
  ...fitModelSettings,
  learningRate: finite({ above: 0 }).default(0.01),
  weightDecay: finite({ min: 0 }).default(5e-4),
  epochs: count().default(500),
  patience: count().default(100),
  monitor: oneOf('loss', 'score', 'accuracy').default('loss'),
  seed: integer().default(0),
  params: given<Float32Array>().optional(),
  checkpoint: having<CheckpointStore>('a checkpoint store', 'load', 'save').optional(),
  signal: having<AbortSignal>('an AbortSignal', 'aborted', 'throwIfAborted').optional(),
  onEpoch: callback<NonNullable<FitOptions['onEpoch']>>().optional(),
  progress: progressSetting().default(false),
  onWarning: callback<WarningListener>().optional(),
  runtime: having<Runtime>('a runtime, as nodeRuntime makes it,', 'arena', 'kernels').optional(),
};

/** The schema of `FitOptions`. */
export const fitSettings = z.object({
  ...trainingSettings,
  graph: given<NodeGraphLike>(),
  split: z.object({
    train: given<ArrayLike<number>>(),
    validation: given<ArrayLike<number>>(),
    test: given<ArrayLike<number>>(),
  }),
  task: oneOf(...taskNames).default('classification'),
  classWeights: given<ClassWeights>().optional(),
  ...batchSettings,
});
