import { checkSettings, emitWarning, rareClassNotice, scaleNotice } from '@unbraid/checks';
import { type Runtime, type Scope, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { inBatches } from '../batches/in-batches.ts';
import type { NodeModel } from '../models.ts';
import { ownNetwork } from '../network-model.ts';
import { type CheckedSplit, graphOf, splitOf, type TaskGraph } from '../node-graph.ts';
import { type Measured, measure } from '../tasks/measure.ts';
import type { Weighing } from '../tasks/objective.ts';
import { withScale } from '../tasks/scale.ts';
import { factsOf, targetsAt } from '../tasks/task.ts';
import { weighingOf } from '../tasks/weighing.ts';
import { checkMonitor } from './check-monitor.ts';
import { chosenModel } from './chosen-model.ts';
import type { EpochRecord } from './epoch.ts';
import { arraysOf, factsFor } from './facts.ts';
import { fullBatch } from './full-batch.ts';
import { openTrained } from './learner.ts';
import { runEpochs, unfinishedNotices } from './loop.ts';
import { type BestEpoch, type FitOptions, type FitResult, fitSettings } from './options.ts';
import { unreadEdges } from './unread-edges.ts';

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
  checkMonitor({ who: 'gfgn: fit', rows: 'nodes' }, checked.monitor, targets, split);
  const model = chosenModel(checked, {
    ...{ inputs: graph.features.cols, classes: targets.outputs, nodes: graph.adjacency.rows },
    ...(task === 'classification' && targets.names && { names: targets.names }),
  });
  signal?.throwIfAborted();
  const runtime = checked.runtime ?? (await defaultRuntime());
  const result = await withScope((scope) => train(scope, runtime, model, { ...checked, graph, split, weighing }));
  const unread = unreadEdges(model, graph.edgeFeatures);
  const warnings = warningsOf({ ...graph, unread }, split, result.history, checked);
  for (const warning of warnings) onWarning(warning);
  return {
    ...{ settings: model.settings, ...result },
    ...(task !== 'classification' && { task: factsOf(targets) }),
    ...ownNetwork(model.settings, checked.model),
    warnings,
  };
}

async function train(scope: Scope, runtime: Runtime, model: NodeModel, options: Checked) {
  const { graph, split, weighing } = options;
  const trained = openTrained(scope, runtime, model.params, options);
  const inParts = options.sample || options.clusters;
  const trainer = await (inParts ? inBatches : fullBatch)(scope, runtime, model, options, trained);
  const on = (outputs: Float32Array, nodes: Int32Array) =>
    measure(outputs, targetsAt(graph.targets, nodes), weighing, Int32Array.from(nodes.keys()));
  const { params, stepper } = trained;
  const { best, history, seconds } = await runEpochs(
    {
      ...{ params, stepper, learn: trainer.learn, more: trainer.more, facts: factsOfNodes(model, options) },
      ...(split.validation.length > 0 && {
        validate: async (epoch) => on(await trainer.outputs(epoch, split.validation), split.validation),
      }),
    },
    options,
  );
  await trainer.rest?.();
  const { train, test } = split;
  const both = new Int32Array(train.length + test.length);
  both.set(train);
  both.set(test, train.length);
  const outputs = await trainer.outputs(best.epoch, both);
  const first = train.length * graph.targets.outputs;
  const [learnt, tested] = [on(outputs.subarray(0, first), train), on(outputs.subarray(first), test)];
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
function factsOfNodes(model: NodeModel, options: Checked): string {
  const { graph, split, weighing, sample, clusters } = options;
  const { adjacency, features, edgeFeatures, targets, directed, selfLoops } = graph;
  return factsFor(options, {
    ...{ model, task: targets, weighing, settings: { sample, clusters, directed, selfLoops } },
    data: {
      ...{ ...split, labels: targets.labels, values: targets.values },
      ...arraysOf('edges', adjacency),
      ...arraysOf('features', features),
      ...arraysOf('edgeFeatures', edgeFeatures),
    },
  });
}

/** What is to be said of the data and of how training ended. */
export function warningsOf(
  { features, targets, unread }: Pick<TaskGraph, 'features' | 'targets'> & { readonly unread: string | undefined },
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
  const unscaled = 'data' in features ? scaleNotice('gfgn: features', features) : undefined;
  const ofData = [unscaled, unread, rare].filter((line) => line !== undefined && line !== false);
  return [...ofData, ...unfinishedNotices(history, epochs)];
}
