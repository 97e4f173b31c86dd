import { classesOfOutputs, InputError, largestColumns } from '@unbraid/checks';
import { createWorkspace, type TensorSpec, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import type { Matrix } from '@unbraid/nn';
import { radiiOf } from '../batches/stages.ts';
import { checkParams } from '../fit/check-params.ts';
import { modelOf } from '../network-model.ts';
import { checkClasses, checkFits, finiteOutputs, type UseOptions, useOptions } from '../predict.ts';
import { measure } from '../tasks/measure.ts';
import { unscale } from '../tasks/scale.ts';
import { type TargetsLike, targetsOf } from '../tasks/targets.ts';
import { isKnown } from '../tasks/task.ts';
import type { TrainedGraphModel } from './fit-graphs.ts';
import { graphBatches } from './graph-batches.ts';
import { graphEvaluator } from './graph-evaluator.ts';
import { wholeOf } from './graph-model.ts';
import { type GraphLike, unionOf } from './union.ts';

/** Graphs that are worked on at once. */
const AT_ONCE = 64;

async function outputsOf(
  trained: TrainedGraphModel,
  graphs: readonly GraphLike[],
  options: UseOptions,
): Promise<Matrix> {
  const { runtime = await defaultRuntime() } = useOptions('gfgn: predictGraphs', options);
  const { task, readout, settings, params, edges } = trained;
  const union = unionOf(graphs, edges);
  checkFits(settings.inputs, union);
  const { params: tree, stages } = wholeOf(modelOf(trained), task.outputs);
  checkParams(tree, params);
  const all = Int32Array.from(graphs.keys());
  return withScope(async (scope) => {
    const evaluate = await graphEvaluator(scope, runtime, {
      ...{ stages, readout, specs: tree as TensorSpec, params: { data: params }, union, outputs: task.outputs },
      batches: graphBatches(union, radiiOf(stages)[0]!),
      batchSize: AT_ONCE,
      workspace: scope.own(createWorkspace(runtime.arena)),
    });
    return finiteOutputs({ data: await evaluate(all), rows: graphs.length, cols: task.outputs }, 'graph');
  });
}

/**
 * What a model gives for graphs, graphs × outputs: logits of classes, one of two classes, or of each label; or quantities in their own units.
 * @throws {InputError} for graphs or parameters that don't fit the model, and outputs that are not finite
 */
export async function predictGraphs(
  trained: TrainedGraphModel,
  graphs: readonly GraphLike[],
  options: UseOptions = {},
): Promise<Matrix> {
  const { data, ...shape } = await outputsOf(trained, graphs, options);
  return finiteOutputs({ ...shape, data: unscale(data, trained.task) }, 'graph');
}

/**
 * The class of each graph: its number, or its name where the model was trained on names.
 * @throws {InputError} as `predictGraphs`, and `setting` for a model of several labels or of quantities
 */
export async function classifyGraphs(
  trained: TrainedGraphModel,
  graphs: readonly GraphLike[],
  options: UseOptions = {},
): Promise<Int32Array | string[]> {
  const { name, names } = trained.task;
  checkClasses(name);
  const classes = (name === 'binary' ? classesOfOutputs : largestColumns)(await outputsOf(trained, graphs, options));
  return names ? Array.from(classes, (at) => names[at]!) : classes;
}

/**
 * How good a model is on graphs whose labels or targets are known: accuracy; of two classes and of several labels ROC AUC; of quantities R².
 * @throws {InputError} as `predictGraphs`, and for graphs of which none is known
 */
export async function scoreGraphs(
  trained: TrainedGraphModel,
  graphs: readonly GraphLike[],
  given: TargetsLike,
  options: UseOptions = {},
): Promise<number> {
  const { task } = trained;
  const targets = targetsOf(task.name, given, { count: graphs.length, name: 'graph' }, task);
  const known = Int32Array.from(graphs.keys()).filter((graph) => isKnown(targets, graph));
  if (known.length === 0)
    throw new InputError('data', 'gfgn: of no graph it is known what it is; there is nothing to score');
  const { data } = await outputsOf(trained, graphs, options);
  return measure(data, { ...targets, scale: task.scale }, {}, known).score;
}
