import { blockIn, type Runtime, type Scope, withScope } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { type AnyModel, adam, initialize } from '@unbraid/nn';
import { createModel, type ModelOptions, type ModelSettings, type NodeModel } from '../models.ts';
import { checkGraph, checkSplit, type NodeGraph, type NodeSplit } from '../node-graph.ts';
import { defaultRuntime } from './default-runtime.ts';
import { featuresIn } from './features-in.ts';
import { measure } from './measure.ts';
import { compileLogits, compileStep } from './programs.ts';

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
  /** The epoch whose parameters these are; accuracies from 0 to 1, NaN for a part of the split without nodes. */
  readonly best: EpochRecord & { readonly trainAccuracy: number; readonly testAccuracy: number };
  readonly history: readonly EpochRecord[];
  readonly seconds: number;
}

/**
 * Trains a model on the labels of `split.train`, all nodes in each step, by Adam; the parameters of the epoch best in validation are
 * kept. Without validation nodes the training loss takes their place.
 * @throws {RangeError} in one line, for settings, graphs and splits that don't fit
 * @throws {Error} when the loss or a gradient is not finite
 */
export async function fit(options: FitOptions): Promise<FitResult> {
  const { graph, split } = options;
  checkGraph(graph);
  checkSplit(graph, split);
  const model = createModel({ ...options, inputs: graph.features.cols, classes: graph.classes });
  options.signal?.throwIfAborted();
  const runtime = options.runtime ?? (await defaultRuntime());
  return withScope((scope) => train(scope, runtime, model, options));
}

async function train(scope: Scope, runtime: Runtime, model: NodeModel, options: FitOptions): Promise<FitResult> {
  const {
    graph,
    split,
    learningRate = 0.01,
    weightDecay = 5e-4,
    epochs = 500,
    patience = 100,
    monitor = 'loss',
    seed = 0,
  } = options;
  const random = createRandom(seed);
  const first = initialize(model as unknown as AnyModel, random.split('weights'));
  const alloc = () => blockIn(scope, runtime.arena.alloc('float32', first.length));
  const [params, grads] = [alloc(), alloc()];
  params.data.set(first);
  const x = featuresIn(scope, runtime, graph.features);
  const step = await compileStep(scope, runtime, model, graph, split.train, { params, grads, x });
  const evaluate = await compileLogits(scope, runtime, model, graph, { params, x });
  const stepper = scope.own(adam({ l2: weightDecay }).create(first.length, runtime));
  const [bits] = random.split('masks').bits(new Uint32Array(1));
  const history: EpochRecord[] = [];
  let best: FitResult['best'] | undefined;
  const kept = first.slice();
  const began = performance.now();
  for (let epoch = 1; epoch <= epochs && epoch - (best?.epoch ?? epoch) < patience; epoch++) {
    options.signal?.throwIfAborted();
    step.inputs.key.int32.set([bits! | 0, epoch]);
    await step.run();
    const trainLoss = step.outputs.loss.float32[0]!;
    if (!Number.isFinite(trainLoss) || !stepper.step(params.data, grads.data, learningRate))
      throw new Error(
        `gfgn: the loss or a gradient is not finite in epoch ${epoch} (loss ${trainLoss}); lower the learning rate`,
      );
    await evaluate.run();
    const on = (nodes: Int32Array) => measure(evaluate.outputs.logits.float32, graph.labels, graph.classes, nodes);
    const validation = split.validation.length > 0 ? on(split.validation) : { loss: trainLoss, accuracy: Number.NaN };
    const record = { epoch, trainLoss, validationLoss: validation.loss, validationAccuracy: validation.accuracy };
    history.push(record);
    if (isBetter(record, best, monitor)) {
      best = { ...record, trainAccuracy: on(split.train).accuracy, testAccuracy: on(split.test).accuracy };
      kept.set(params.data);
    }
    options.onEpoch?.(record);
  }
  return { settings: model.settings, params: kept, best: best!, history, seconds: (performance.now() - began) / 1000 };
}

function isBetter(a: EpochRecord, b: EpochRecord | undefined, monitor: 'loss' | 'accuracy'): boolean {
  if (!b) return true;
  if (monitor === 'accuracy' && a.validationAccuracy !== b.validationAccuracy)
    return a.validationAccuracy > b.validationAccuracy;
  return a.validationLoss < b.validationLoss;
}
