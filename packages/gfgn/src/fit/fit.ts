import {
  callback,
  checkFiniteValues,
  checkSettings,
  count,
  countNonFinite,
  DivergedError,
  finite,
  firstNonFinite,
  given,
  having,
  integer,
  oneOf,
} from '@unbraid/checks';
import { blockIn, createWorkspace, type Runtime, type Scope, withScope } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { type AnyModel, adam, defaultRuntime, initialize } from '@unbraid/nn';
import { object } from 'zod';
import { createModel, type ModelOptions, type ModelSettings, modelSettings, type NodeModel } from '../models.ts';
import { checkGraph, checkSplit, type NodeGraph, type NodeSplit } from '../node-graph.ts';
import { checkParams } from './check-params.ts';
import { featuresIn } from './features-in.ts';
import { measure } from './measure.ts';
import { compileLogits, compileStep, type Logits } from './programs.ts';

export interface FitOptions extends ModelOptions {
  readonly graph: NodeGraph;
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
  readonly signal?: AbortSignal;
  /** Told each epoch. */
  readonly onEpoch?: (epoch: EpochRecord) => void;
  /** Default: onnxruntime-node on all cores. */
  readonly runtime?: Runtime;
}

export interface EpochRecord {
  /** Counted from 1. */
  readonly epoch: number;
  /** With dropout, before the step. */
  readonly trainLoss: number;
  /** NaN without validation nodes. */
  readonly validationLoss: number;
  readonly validationAccuracy: number;
}

/** A trained model: plain data. */
export interface TrainedModel {
  readonly settings: ModelSettings;
  /** Of the best epoch. */
  readonly params: Float32Array;
}

export interface FitResult extends TrainedModel {
  /** The epoch whose parameters these are; accuracies are from 0 to 1, NaN where there are no nodes to measure them on. */
  readonly best: EpochRecord & { readonly trainAccuracy: number; readonly testAccuracy: number };
  readonly history: readonly EpochRecord[];
  readonly seconds: number;
}

const settings = object({
  ...modelSettings,
  graph: given<NodeGraph>(),
  split: object({ train: given<Int32Array>(), validation: given<Int32Array>(), test: given<Int32Array>() }),
  learningRate: finite({ above: 0 }).default(0.01),
  weightDecay: finite({ min: 0 }).default(5e-4),
  epochs: count().default(500),
  patience: count().default(100),
  monitor: oneOf('loss', 'accuracy').default('loss'),
  seed: integer().default(0),
  params: given<Float32Array>().optional(),
  signal: having<AbortSignal>('an AbortSignal', 'aborted', 'throwIfAborted').optional(),
  onEpoch: callback<NonNullable<FitOptions['onEpoch']>>().optional(),
  runtime: having<Runtime>('a runtime, as nodeRuntime makes it,', 'arena', 'kernels').optional(),
});

type Checked = ReturnType<typeof settings.parse>;

/**
 * Trains a model on the labels of `split.train`, all nodes in each step, by Adam; the parameters of the epoch best in validation are
 * kept. Without validation nodes all epochs are made and the last one counts.
 * @throws {InputError} in one line, for settings, graphs and splits that don't fit
 * @throws {DivergedError} when the loss, a gradient, the outputs or the parameters are not finite
 */
export async function fit(options: FitOptions): Promise<FitResult> {
  const checked = checkSettings('gfgn: fit', settings, options);
  const { graph, split, model: name, hidden, dropout, limit, gateInputs, signal } = checked;
  checkGraph(graph);
  checkSplit(graph, split);
  const model = createModel({
    ...{ model: name, dropout, limit, gateInputs, inputs: graph.features.cols, classes: graph.classes },
    ...(hidden !== undefined && { hidden }),
  });
  signal?.throwIfAborted();
  const runtime = checked.runtime ?? (await defaultRuntime());
  return withScope((scope) => train(scope, runtime, model, checked));
}

async function train(scope: Scope, runtime: Runtime, model: NodeModel, options: Checked): Promise<FitResult> {
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
    options.onEpoch?.(record);
  }
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
