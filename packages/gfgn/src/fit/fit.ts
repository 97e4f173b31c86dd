import {
  callback,
  checkFiniteValues,
  checkSettings,
  count,
  countNonFinite,
  DivergedError,
  emitWarning,
  finite,
  firstNonFinite,
  given,
  having,
  integer,
  oneOf,
  rareClassNotice,
  scaleNotice,
  type WarningListener,
} from '@unbraid/checks';
import { fitProgress, type ProgressListener, progressSetting, shownNumber } from '@unbraid/checks/progress';
import { blockIn, createWorkspace, type Runtime, type Scope, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { createRandom } from '@unbraid/kernels';
import { type AnyModel, adam, initialize } from '@unbraid/nn';
import * as z from 'zod';
import type { AnyNodeLayer } from '../layers/node-layer.ts';
import type { ModelName, ModelOptions, ModelSettings, NodeModel } from '../models.ts';
import { ownNetwork } from '../network-model.ts';
import {
  type CheckedSplit,
  graphOf,
  type NamedGraph,
  type NodeGraph,
  type NodeGraphLike,
  type NodeSplit,
  splitOf,
} from '../node-graph.ts';
import { checkParams } from './check-params.ts';
import { chosenModel, fitModelSettings } from './chosen-model.ts';
import { featuresIn } from './features-in.ts';
import { measure } from './measure.ts';
import { compileLogits, compileStep, type Logits } from './programs.ts';

/** What `fit` takes. */
export interface FitOptions extends Omit<ModelOptions, 'model'> {
  /** By its name; or any network of layers of nodes, which has settings of its own in the place of `hidden`, `dropout`, `limit` and `gateInputs`. */
  readonly model: ModelName | AnyNodeLayer;
  /** The graph with its features and labels. */
  readonly graph: NodeGraphLike;
  /** Which nodes are learnt from, chosen by, and measured on. */
  readonly split: NodeSplit;
  /** Of Adam. Default 0.01. */
  readonly learningRate?: number;
  /** Added to the gradient: weightDecay · parameters. Default 5e-4. */
  readonly weightDecay?: number;
  /** At most. Default 500. */
  readonly epochs?: number;
  /** Epochs without a better validation after which training ends. Default 100. */
  readonly patience?: number;
  /** What is better: a lower validation loss (default), or a higher accuracy, the loss deciding between equal ones. */
  readonly monitor?: 'loss' | 'accuracy';
  /** Of the first parameters and of dropout. Default 0. */
  readonly seed?: number;
  /** Parameters to start from, which are copied; by default drawn. */
  readonly params?: Float32Array;
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

/** What happened in an epoch. */
export interface EpochRecord {
  /** Counted from 1. */
  readonly epoch: number;
  /** With dropout, before the step. */
  readonly trainLoss: number;
  /** NaN without validation nodes. */
  readonly validationLoss: number;
  /** From 0 to 1; NaN without validation nodes. */
  readonly validationAccuracy: number;
}

/** A trained model: plain data, but for layers of one's own. */
export interface TrainedModel {
  /** What it is made of. */
  readonly settings: ModelSettings;
  /** Flat; of the best epoch. */
  readonly params: Float32Array;
  /** The network, where it has layers of one's own, which `settings` can't tell. */
  readonly network?: AnyNodeLayer | undefined;
}

/** What `fit` gives: the trained model, and how training went. */
export interface FitResult extends TrainedModel {
  /** The epoch whose parameters these are; accuracies are from 0 to 1, NaN where there are no nodes to measure them on. */
  readonly best: EpochRecord & { readonly trainAccuracy: number; readonly testAccuracy: number };
  /** One record for each epoch. */
  readonly history: readonly EpochRecord[];
  /** What isn't as it should be, each in one line: features that aren't scaled, a rare class, epochs that ended too early. */
  readonly warnings: readonly string[];
  /** Time for epochs; compilation is left out. */
  readonly seconds: number;
}

const settings = z.object({
  ...fitModelSettings,
  graph: given<NodeGraphLike>(),
  split: z.object({
    train: given<ArrayLike<number>>(),
    validation: given<ArrayLike<number>>(),
    test: given<ArrayLike<number>>(),
  }),
  learningRate: finite({ above: 0 }).default(0.01),
  weightDecay: finite({ min: 0 }).default(5e-4),
  epochs: count().default(500),
  patience: count().default(100),
  monitor: oneOf('loss', 'accuracy').default('loss'),
  seed: integer().default(0),
  params: given<Float32Array>().optional(),
  signal: having<AbortSignal>('an AbortSignal', 'aborted', 'throwIfAborted').optional(),
  onEpoch: callback<NonNullable<FitOptions['onEpoch']>>().optional(),
  progress: progressSetting().default(false),
  onWarning: callback<WarningListener>().optional(),
  runtime: having<Runtime>('a runtime, as nodeRuntime makes it,', 'arena', 'kernels').optional(),
});

type Checked = Omit<ReturnType<typeof settings.parse>, 'graph' | 'split'> & {
  readonly graph: NamedGraph;
  readonly split: CheckedSplit;
};

/**
 * Trains a model on the labels of `split.train`, all nodes in each step, by Adam; the parameters of the epoch best in validation are
 * kept. Without validation nodes all epochs are made and the last one counts.
 * @throws {InputError} in one line, for settings, graphs and splits that don't fit
 * @throws {DivergedError} when the loss, a gradient, the outputs or the parameters are not finite
 */
export async function fit(options: FitOptions): Promise<FitResult> {
  const checked = checkSettings('gfgn: fit', settings, options);
  const { signal, onWarning = emitWarning } = checked;
  const graph = graphOf(checked.graph);
  const split = splitOf(graph, checked.split);
  const model = chosenModel(checked, {
    ...{ inputs: graph.features.cols, classes: graph.classes },
    ...(graph.names && { names: graph.names }),
  });
  signal?.throwIfAborted();
  const runtime = checked.runtime ?? (await defaultRuntime());
  const result = await withScope((scope) => train(scope, runtime, model, { ...checked, graph, split }));
  const warnings = warningsOf(graph, split, result, checked.epochs);
  for (const warning of warnings) onWarning(warning);
  const network = typeof checked.model === 'string' ? undefined : checked.model;
  return { ...result, ...ownNetwork(result.settings, network), warnings };
}

/** What is to be said of the data and of how training ended. */
function warningsOf(
  { features, labels, classes, names }: NamedGraph,
  { train }: CheckedSplit,
  { history }: Pick<FitResult, 'history'>,
  epochs: number,
): string[] {
  const rare = rareClassNotice(
    'gfgn: split.train',
    train.map((node) => labels[node]!),
    {
      count: classes,
      names,
      advice: 'label more such nodes, or look at each class by itself and not at the accuracy of all',
    },
  );
  const early = isUnfinished(history, epochs)
    ? `gfgn: the validation loss still fell when the ${epochs} epochs were over; raise epochs`
    : undefined;
  const unscaled = 'data' in features ? scaleNotice('gfgn: features', features) : undefined;
  return [unscaled, rare, early].filter((line) => line !== undefined);
}

/** Whether the last tenth of all epochs lowered the validation loss by more than a hundredth; of fewer than ten it can't be told. */
function isUnfinished(history: readonly EpochRecord[], epochs: number): boolean {
  if (history.length < Math.max(epochs, 10)) return false;
  const losses = history.map(({ validationLoss }) => validationLoss);
  const cut = Math.floor(0.9 * losses.length);
  return Math.min(...losses.slice(cut)) < 0.99 * Math.min(...losses.slice(0, cut));
}

async function train(
  scope: Scope,
  runtime: Runtime,
  model: NodeModel,
  options: Checked,
): Promise<Omit<FitResult, 'warnings'>> {
  const { graph, split, learningRate, weightDecay, epochs, patience, monitor, seed } = options;
  const random = createRandom(seed);
  const first = options.params ?? initialize(model as unknown as AnyModel, random.split('weights'));
  checkParams(model.params, first);
  const alloc = () => blockIn(scope, runtime.arena.alloc('float32', first.length));
  const [params, grads] = [alloc(), alloc()];
  params.data.set(first);
  const x = featuresIn(scope, runtime, graph.features);
  // The step and the logits take turns.
  const memory = { params, x, workspace: scope.own(createWorkspace(runtime.arena)) };
  const step = await compileStep(scope, runtime, model, graph, split.train, { ...memory, grads });
  const evaluate = await compileLogits(scope, runtime, model, graph, memory);
  const stepper = scope.own(adam({ l2: weightDecay }).create(first.length, runtime));
  const [bits] = random.split('masks').bits(new Uint32Array(1));
  const history: EpochRecord[] = [];
  const validated = split.validation.length > 0;
  const kept = validated ? first.slice() : undefined;
  let best: EpochRecord | undefined;
  const shown = fitProgress(options.progress, { total: epochs, label: 'epochs' });
  const began = performance.now();
  for (let epoch = 1; epoch <= epochs && (!validated || epoch - (best?.epoch ?? epoch) < patience); epoch++) {
    options.signal?.throwIfAborted();
    step.inputs.key.int32.set([bits! | 0, epoch]);
    await step.run();
    const trainLoss = step.outputs.loss.float32[0]!;
    if (!Number.isFinite(trainLoss) || !stepper.step(params.data, grads.data, learningRate))
      throw new DivergedError(
        `gfgn: the loss or a gradient is not finite in epoch ${epoch} (loss ${trainLoss}); lower the learning rate`,
      );
    if (validated) await outputsOf(evaluate, epoch);
    const { loss, accuracy } = validated ? measureOn(evaluate, graph, split.validation) : UNKNOWN;
    const record = { epoch, trainLoss, validationLoss: loss, validationAccuracy: accuracy };
    history.push(record);
    if (!validated || isBetter(record, best, monitor)) {
      best = record;
      kept?.set(params.data);
    }
    shown?.tell(epoch, () => lineOf(record, epochs));
    const pending = options.onEpoch?.(record);
    if (pending instanceof Promise) await pending;
  }
  shown?.end();
  const seconds = (performance.now() - began) / 1000;
  if (kept) params.data.set(kept);
  await outputsOf(evaluate, best!.epoch);
  checkFiniteValues(`gfgn: the parameters after epoch ${best!.epoch}`, params.data, 'lower the learning rate');
  const [trained, tested] = [split.train, split.test].map((nodes) => measureOn(evaluate, graph, nodes).accuracy);
  const accuracies = { trainAccuracy: trained!, testAccuracy: tested! };
  return {
    settings: model.settings,
    params: kept ?? params.data.slice(),
    best: { ...best!, ...accuracies },
    history,
    seconds,
  };
}

/** Of progress. */
function lineOf({ epoch, trainLoss, validationLoss, validationAccuracy }: EpochRecord, epochs: number): string {
  const training = `epoch ${epoch}/${epochs}: loss ${shownNumber(trainLoss)}`;
  if (Number.isNaN(validationLoss)) return training;
  return `${training}; validation loss ${shownNumber(validationLoss)}, accuracy ${shownNumber(validationAccuracy)}`;
}

const UNKNOWN = { loss: Number.NaN, accuracy: Number.NaN };

const measureOn = (evaluate: Logits, { labels, classes }: NodeGraph, nodes: Int32Array) =>
  measure(evaluate.outputs.logits.float32, labels, classes, nodes);

/** Evaluates the logits. @throws {DivergedError} where some are not finite: a step diverged */
async function outputsOf(evaluate: Logits, epoch: number): Promise<void> {
  await evaluate.run();
  const logits = evaluate.outputs.logits.float32;
  if (firstNonFinite(logits) >= 0)
    throw new DivergedError(
      `gfgn: the outputs after epoch ${epoch} have ${countNonFinite(logits)}; lower the learning rate`,
    );
}

function isBetter(a: EpochRecord, b: EpochRecord | undefined, monitor: 'loss' | 'accuracy'): boolean {
  if (!b) return true;
  if (monitor === 'accuracy' && a.validationAccuracy !== b.validationAccuracy)
    return a.validationAccuracy > b.validationAccuracy;
  return a.validationLoss < b.validationLoss;
}
