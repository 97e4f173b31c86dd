import { checkSettings, emitWarning, InputError, rareClassNotice, scaleNotice } from '@unbraid/checks';
import { type Runtime, type Scope, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { inBatches } from '../batches/in-batches.ts';
import type { NodeModel } from '../models.ts';
import { ownNetwork } from '../network-model.ts';
import { type CheckedSplit, graphOf, splitOf, type TaskGraph } from '../node-graph.ts';
import { type Measured, measure } from '../tasks/measure.ts';
import type { Weighing } from '../tasks/objective.ts';
import { withScale } from '../tasks/scale.ts';
import { factsOf, type Targets } from '../tasks/task.ts';
import { weighingOf } from '../tasks/weighing.ts';
import { chosenModel } from './chosen-model.ts';
import type { EpochRecord } from './epoch.ts';
import { fullBatch } from './full-batch.ts';
import { openTrained } from './learner.ts';
import { isUnfinished, runEpochs } from './loop.ts';
import { type BestEpoch, type FitOptions, type FitResult, fitSettings } from './options.ts';

type Checked = Omit<ReturnType<typeof fitSettings.parse>, 'graph' | 'split'> & {
  readonly graph: TaskGraph;
  readonly split: CheckedSplit;
  readonly weighing: Weighing;
};

/**
 * Trains a model on the labels or targets of `split.train` by Adam; the parameters of the epoch best in validation are kept. Without validation nodes all
 * epochs are made and the last one counts.
 * @throws {InputError} in one line, for settings, graphs and splits that don't fit
 * @throws {DivergedError} when the loss, a gradient, the outputs or the parameters are not finite
 */
export async function fit(options: FitOptions): Promise<FitResult> {
  const checked = checkSettings('gfgn: fit', fitSettings, options);
  const { signal, onWarning = emitWarning, task } = checked;
  const plain = graphOf(checked.graph, task);
  const split = splitOf(plain, checked.split);
  const graph = { ...plain, targets: withScale(plain.targets, split.train) };
  const { targets } = graph;
  const weighing = weighingOf('gfgn: fit', checked.classWeights, targets, split.train);
  checkMonitor(checked, targets, split);
  const model = chosenModel(checked, {
    ...{ inputs: graph.features.cols, classes: targets.outputs, nodes: graph.adjacency.rows },
    ...(task === 'classification' && targets.names && { names: targets.names }),
  });
  signal?.throwIfAborted();
  const runtime = checked.runtime ?? (await defaultRuntime());
  const result = await withScope((scope) => train(scope, runtime, model, { ...checked, graph, split, weighing }));
  const warnings = warningsOf(graph, split, result.history, checked);
  for (const warning of warnings) onWarning(warning);
  const network = typeof checked.model === 'string' ? undefined : checked.model;
  return {
    ...{ settings: model.settings, ...result },
    ...(task !== 'classification' && { task: factsOf(targets) }),
    ...ownNetwork(model.settings, network),
    warnings,
  };
}

/** @throws {InputError} where the best epoch is to be found by a score that validation nodes don't have */
function checkMonitor({ monitor }: Pick<Checked, 'monitor'>, targets: Targets, { validation }: CheckedSplit): void {
  if (monitor === 'loss' || validation.length === 0) return;
  const { score, accuracy } = measure(new Float32Array(targets.rows * targets.outputs), targets, {}, validation);
  if (!Number.isNaN(monitor === 'score' ? score : accuracy)) return;
  const why =
    targets.name === 'regression'
      ? 'quantities have no accuracy'
      : 'ROC AUC needs nodes of both classes in split.validation';
  throw new InputError('setting', `gfgn: fit can't monitor the ${monitor}: ${why}; monitor the loss`);
}

async function train(scope: Scope, runtime: Runtime, model: NodeModel, options: Checked) {
  const { graph, split, weighing } = options;
  const trained = openTrained(scope, runtime, model, options);
  const inParts = options.sample || options.clusters;
  const trainer = await (inParts ? inBatches : fullBatch)(scope, runtime, model, options, trained);
  const on = (outputs: Float32Array, nodes: Int32Array) => measure(outputs, graph.targets, weighing, nodes);
  const { params, stepper } = trained;
  const { best, history, seconds } = await runEpochs(
    {
      ...{ params, stepper, learn: trainer.learn, more: trainer.more, facts: factsFor(model, options) },
      ...(split.validation.length > 0 && {
        validate: async (epoch) => on(await trainer.outputs(epoch, split.validation), split.validation),
      }),
    },
    options,
  );
  const outputs = await trainer.outputs(best.epoch, Int32Array.from([...split.train, ...split.test]));
  const [learnt, tested] = [on(outputs, split.train), on(outputs, split.test)];
  return { best: bestOf(best, learnt, tested), history, seconds, params: params.data.slice() };
}

/** The best epoch with how it does on what was learnt and what is tested. */
export function bestOf(best: EpochRecord, learnt: Measured, tested: Measured): BestEpoch {
  return {
    ...best,
    ...{ trainScore: learnt.score, testScore: tested.score },
    ...{ trainAccuracy: learnt.accuracy, testAccuracy: tested.accuracy },
    testMeanAbsoluteError: tested.meanAbsoluteError,
  };
}

/** What a checkpoint must agree with. */
function factsFor({ settings }: NodeModel, options: Checked): string {
  const { graph, split, seed, learningRate, weightDecay, monitor, sample, clusters } = options;
  const { adjacency, features, targets, directed, selfLoops } = graph;
  return JSON.stringify({
    ...{
      sample,
      clusters,
      settings,
      seed,
      learningRate,
      weightDecay,
      monitor,
      directed,
      selfLoops,
      task: factsOf(targets),
    },
    nodes: adjacency.rows,
    edges: adjacency.columns.length,
    features: features.cols,
    train: split.train.length,
    validation: split.validation.length,
  });
}

/** What is to be said of the data and of how training ended. */
export function warningsOf(
  { features, targets }: Pick<TaskGraph, 'features' | 'targets'>,
  { train }: CheckedSplit,
  history: readonly EpochRecord[],
  { epochs, classWeights }: Pick<Checked, 'epochs' | 'classWeights'>,
): string[] {
  const { labels, names, name, outputs } = targets;
  const rare =
    labels &&
    classWeights === undefined &&
    rareClassNotice(
      'gfgn: split.train',
      train.map((node) => labels[node]!),
      {
        count: name === 'binary' ? 2 : outputs,
        names,
        advice: 'label more such nodes, or look at each class by itself and not at the accuracy of all',
      },
    );
  const early = isUnfinished(history, epochs)
    ? `gfgn: the validation loss still fell when the ${epochs} epochs were over; raise epochs`
    : undefined;
  const unscaled = 'data' in features ? scaleNotice('gfgn: features', features) : undefined;
  return [unscaled, rare, early].filter((line) => line !== undefined && line !== false);
}
