import { checkSettings, count, emitWarning, flag, given, oneOf } from '@unbraid/checks';
import { createWorkspace, type Runtime, type Scope, type TensorSpec, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import type { ClassWeights } from '@unbraid/nn';
import { object } from 'zod';
import { batchTrainer } from '../batches/batch-trainer.ts';
import { radiiOf } from '../batches/stages.ts';
import { checkMonitor } from '../fit/check-monitor.ts';
import { chosenModel, innerWidth } from '../fit/chosen-model.ts';
import { arraysOf, factsFor } from '../fit/facts.ts';
import { bestOf, warningsOf } from '../fit/fit.ts';
import { checkOutputs, openTrained } from '../fit/learner.ts';
import { runEpochs } from '../fit/loop.ts';
import { type FitResult, type TrainedModel, type TrainingOptions, trainingSettings } from '../fit/options.ts';
import { unreadEdges } from '../fit/unread-edges.ts';
import type { NodeModel } from '../models.ts';
import { ownNetwork } from '../network-model.ts';
import { type CheckedSplit, type NodeSplit, splitRows } from '../node-graph.ts';
import type { StructureOptions } from '../structure.ts';
import { measure } from '../tasks/measure.ts';
import type { Weighing } from '../tasks/objective.ts';
import { withScale } from '../tasks/scale.ts';
import { type TargetsLike, targetsOf } from '../tasks/targets.ts';
import { factsOf, type Targets, type TaskFacts, type TaskName, taskNames } from '../tasks/task.ts';
import { weighingOf } from '../tasks/weighing.ts';
import { graphBatches } from './graph-batches.ts';
import { graphEvaluator } from './graph-evaluator.ts';
import { checkAnyGraph, wholeOf } from './graph-model.ts';
import { graphOutputs, type Readout, readouts } from './readout.ts';
import { type GraphLike, type Union, unionOf } from './union.ts';

/** What `fitGraphs` takes: graphs, and `labels` or `targets` with a row for each of them. */
export interface FitGraphsOptions extends TrainingOptions, TargetsLike, StructureOptions {
  readonly graphs: readonly GraphLike[];
  /** Which graphs are learnt from, chosen by, and measured on, by their numbers from 0. */
  readonly split: NodeSplit;
  /** What is learnt of graphs. Default `classification`. */
  readonly task?: TaskName;
  /** How the nodes of a graph become one row. Default `mean`. */
  readonly readout?: Readout;
  /** Graphs in a step. Default 32. */
  readonly batchSize?: number;
  /** As in `fit`. */
  readonly classWeights?: ClassWeights;
}

/** A trained model of whole graphs: plain data, but for layers of one's own. */
export interface TrainedGraphModel extends Omit<TrainedModel, 'task'> {
  readonly task: TaskFacts;
  readonly readout: Readout;
  /** How edges are read. */
  readonly edges: StructureOptions;
}

/** What `fitGraphs` gives. */
export type FitGraphsResult = TrainedGraphModel & Omit<FitResult, 'task'>;

const schema = object({
  ...trainingSettings,
  graphs: given<readonly GraphLike[]>(),
  labels: given<NonNullable<TargetsLike['labels']>>().optional(),
  targets: given<NonNullable<TargetsLike['targets']>>().optional(),
  classes: given<NonNullable<TargetsLike['classes']>>().optional(),
  directed: flag().optional(),
  selfLoops: oneOf('one', 'keep').optional(),
  split: given<NodeSplit>(),
  task: oneOf(...taskNames).default('classification'),
  readout: oneOf(...readouts).default('mean'),
  batchSize: count().default(32),
  classWeights: given<ClassWeights>().optional(),
});

/**
 * The model of nodes of a model of graphs, and the whole as stages. A model by name gives `hidden` numbers for a node.
 * @throws {InputError} `setting`, for a model of one graph alone, and for a network that doesn't say how wide its output is
 */
function modelsOf(options: Parameters<typeof chosenModel>[0], inputs: number, outputs: number) {
  const { model } = options;
  if (typeof model === 'string') checkAnyGraph(model);
  const width = innerWidth('gfgn: fitGraphs', options);
  const nodes = chosenModel(options, { inputs, classes: width });
  return { nodes, ...wholeOf(nodes, outputs) };
}

/**
 * Trains a model of whole graphs by Adam, batches of graphs as one graph in pieces: a model of nodes, ReLU, the readout of each graph and a linear map.
 * The parameters of the epoch best in validation are kept.
 * @throws {InputError} in one line, for settings, graphs and splits that don't fit
 * @throws {DivergedError} when the loss, a gradient, the outputs or the parameters are not finite
 */
export async function fitGraphs(options: FitGraphsOptions): Promise<FitGraphsResult> {
  const checked = checkSettings('gfgn: fitGraphs', schema, options);
  const { graphs, task, readout, directed, selfLoops, signal, onWarning = emitWarning } = checked;
  const edges: StructureOptions = { ...(directed !== undefined && { directed }), ...(selfLoops && { selfLoops }) };
  const union = unionOf(graphs, edges);
  const plain = targetsOf(task, checked as TargetsLike, { count: graphs.length, name: 'graph' });
  const split = splitRows(plain, checked.split, 'graph');
  const targets = withScale(plain, split.train);
  checkMonitor({ who: 'gfgn: fitGraphs', rows: 'graphs' }, checked.monitor, targets, split);
  const models = modelsOf(checked, union.features.cols, targets.outputs);
  signal?.throwIfAborted();
  const runtime = checked.runtime ?? (await defaultRuntime());
  const result = await withScope((scope) => train(scope, runtime, models, { ...checked, union, targets, split }));
  const unread = unreadEdges(models.nodes, union.edges);
  const warnings = warningsOf({ features: union.features, targets, unread }, split, result.history, checked);
  for (const warning of warnings) onWarning(warning);
  const { settings } = models.nodes;
  const own = ownNetwork(settings, checked.model);
  return { settings, ...result, task: factsOf(targets), readout, edges, ...own, warnings };
}

type Checked = Omit<ReturnType<typeof schema.parse>, 'split' | 'targets'> & {
  readonly union: Union;
  readonly targets: Targets;
  readonly split: CheckedSplit;
};

async function train(scope: Scope, runtime: Runtime, models: ReturnType<typeof modelsOf>, options: Checked) {
  const { union, targets, split, readout, batchSize } = options;
  const { stages, params: tree } = models;
  const trained = openTrained(scope, runtime, tree, options);
  const weighing = weighingOf('gfgn: fitGraphs', options.classWeights, targets, split.train);
  const workspace = scope.own(createWorkspace(runtime.arena));
  const batches = graphBatches(union, radiiOf(stages)[0]!);
  const source = batches.source(split.train, batchSize);
  const specs = tree as TensorSpec;
  const { learn, rooms } = batchTrainer(
    ...([scope, runtime, stages, specs] as const),
    {
      ...{
        features: union.features,
        edges: union.edges,
        targets,
        weighing,
        learningRate: options.learningRate,
        source,
        workspace,
      },
      // One more holds what a batch doesn't fill.
      graphs: source.most + 1,
      finish: (z, params, structure) => graphOutputs(readout, z, params, structure),
    },
    trained,
  );
  const evaluate = await graphEvaluator(scope, runtime, {
    ...{ stages, readout, specs, params: trained.params, union, batches, batchSize, workspace },
    outputs: targets.outputs,
  });
  const on = (outputs: Float32Array, rows: Int32Array) => measure(outputs, targets, weighing, rows);
  const { best, history, seconds } = await runEpochs(
    {
      ...{ params: trained.params, stepper: trained.stepper, learn, more: rooms },
      facts: factsOfGraphs(models.nodes, weighing, options),
      ...(split.validation.length > 0 && {
        validate: async (epoch) => on(checkOutputs(await evaluate(split.validation), epoch), split.validation),
      }),
    },
    options,
  );
  const outputs = checkOutputs(await evaluate(Int32Array.from([...split.train, ...split.test])), best.epoch);
  return {
    best: bestOf(best, on(outputs, split.train), on(outputs, split.test)),
    history,
    seconds,
    params: trained.params.data.slice(),
  };
}

/** What a checkpoint must agree with. */
function factsOfGraphs(model: NodeModel, weighing: Weighing, options: Checked): string {
  const { union, targets, split, batchSize, readout, directed, selfLoops } = options;
  const { structure, features, edges, bounds } = union;
  return factsFor(options, {
    ...{ model, task: targets, weighing, settings: { batchSize, readout, directed, selfLoops } },
    data: {
      ...{ ...split, bounds, labels: targets.labels, values: targets.values, loops: structure.loops },
      ...arraysOf('edges', structure.open),
      ...arraysOf('features', features),
      ...arraysOf('edgeFeatures', edges),
    },
  });
}
