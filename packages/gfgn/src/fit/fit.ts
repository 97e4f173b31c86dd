import { blockIn, createWorkspace, layoutOf, type Runtime, type Scope, withScope } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { type AnyModel, adam, defaultRuntime, initialize } from '@unbraid/nn';
import { createModel, type ModelOptions, type ModelSettings, type NodeModel } from '../models.ts';
import { checkGraph, checkSplit, type NodeGraph, type NodeSplit } from '../node-graph.ts';
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

/**
 * Trains a model on the labels of `split.train`, all nodes in each step, by Adam; the parameters of the epoch best in validation are
 * kept. Without validation nodes all epochs are made and the last one counts.
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
  const first = options.params ?? initialize(model as unknown as AnyModel, random.split('weights'));
  checkParams(model, first);
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
      throw new Error(
        `gfgn: the loss or a gradient is not finite in epoch ${epoch} (loss ${trainLoss}); lower the learning rate`,
      );
    if (validated) await evaluate.run();
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
  await evaluate.run();
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

function checkParams({ params }: NodeModel, first: Float32Array): void {
  const { size } = layoutOf(params, 'params');
  if (first.length !== size)
    throw new RangeError(`gfgn: params has ${first.length} entries, the model has ${size} parameters`);
}

function isBetter(a: EpochRecord, b: EpochRecord | undefined, monitor: 'loss' | 'accuracy'): boolean {
  if (!b) return true;
  if (monitor === 'accuracy' && a.validationAccuracy !== b.validationAccuracy)
    return a.validationAccuracy > b.validationAccuracy;
  return a.validationLoss < b.validationLoss;
}
