import { InputError } from '@unbraid/checks';
import { createWorkspace, type Runtime, type Scope, type TensorSpec, type Workspace } from '@unbraid/graph';
import type { Matrix } from '@unbraid/nn';
import { featuresIn } from '../fit/features-in.ts';
import { type NodeTrainer, rowsOf } from '../fit/full-batch.ts';
import { checkOutputs, type Trained } from '../fit/learner.ts';
import { compileLogits } from '../fit/programs.ts';
import { edgesInOrder } from '../graphs/edge-rows.ts';
import type { NodeStage } from '../layers/node-layer.ts';
import type { NodeModel } from '../models.ts';
import type { CheckedSplit, TaskGraph } from '../node-graph.ts';
import { type Structure, structureOf } from '../structure.ts';
import type { Weighing } from '../tasks/objective.ts';
import { batchTrainer } from './batch-trainer.ts';
import { blockEvaluator } from './blocks.ts';
import { type ClusterOptions, clusterBatches } from './cluster-batches.ts';
import { neighborBatches, type SampleOptions } from './neighbor-batches.ts';
import { radiiOf, stagesOf } from './stages.ts';

/** Nodes that evaluation works on at once, those around the ones at hand among them. */
const NODES_AT_ONCE = 2 ** 13;

interface Memory {
  readonly params: { readonly data: Float32Array };
  readonly workspace: Workspace;
  readonly structure: Structure;
  readonly edges: Matrix | undefined;
}

interface Given {
  readonly graph: TaskGraph;
  readonly split: CheckedSplit;
  readonly weighing: Weighing;
  readonly learningRate: number;
  readonly sample?: SampleOptions | undefined;
  readonly clusters?: ClusterOptions | undefined;
}

/**
 * Steps on batches of nodes; outputs are those of all neighbours, some nodes at a time.
 * @throws {InputError} `setting`, for batches that can't be made
 */
export async function inBatches(
  scope: Scope,
  runtime: Runtime,
  model: NodeModel,
  given: Given,
  trained: Trained,
): Promise<NodeTrainer> {
  const { graph } = given;
  const structure = structureOf(graph.adjacency, graph);
  const edges = edgesInOrder(graph.edgeFeatures, structure);
  const stages = stagesOf(model, given.sample?.fanOuts.length ?? 1);
  const workspace = scope.own(createWorkspace(runtime.arena));
  const source = sourceOf(stages, structure, given, trained);
  const params = model.params as TensorSpec;
  const { learn, rest, rooms } = batchTrainer(
    scope,
    runtime,
    stages,
    params,
    { ...given, features: graph.features, edges, targets: graph.targets, source, workspace },
    trained,
  );
  const evaluate = await evaluatorFor(scope, runtime, model, graph, {
    ...{ params: trained.params, workspace, structure, edges },
  });
  return {
    ...{ learn, rest, more: rooms },
    async outputs(epoch, wanted) {
      return checkOutputs(await evaluate(wanted), epoch);
    },
  };
}

/** @throws {InputError} `setting`, for both ways at once, and for a fan-out that is missing or too many */
function sourceOf(
  stages: readonly NodeStage[],
  structure: Structure,
  { split, sample, clusters }: Given,
  { random }: Trained,
) {
  const [hops] = radiiOf(stages);
  if (sample && clusters)
    throw new InputError('setting', 'gfgn: fit has sample and clusters; batches are made in one way, so leave one out');
  if (clusters) return clusterBatches(structure, split.train, clusters, hops!, random.split('parts'));
  const { fanOuts } = sample!;
  if (fanOuts.length !== hops)
    throw new InputError(
      'setting',
      `gfgn: fit's sample.fanOuts has ${fanOuts.length} numbers, the model hears ${hops} hops; give a number for each`,
    );
  return neighborBatches(structure, split.train, sample!);
}

/** What gives outputs of nodes in their order: stage by stage and some nodes at a time, or all at once where a model is one stage, or has one that takes all nodes. */
async function evaluatorFor(
  scope: Scope,
  runtime: Runtime,
  model: NodeModel,
  graph: TaskGraph,
  { params, workspace, structure, edges }: Memory,
): Promise<(wanted: Int32Array) => Promise<Float32Array>> {
  const stages = stagesOf(model, 1);
  if (!stages.some(({ isGlobal }) => isGlobal)) {
    const blocks = blockEvaluator(scope, runtime, {
      ...{ stages, structure, workspace, params, nodesAtOnce: NODES_AT_ONCE },
      ...{ specs: model.params as TensorSpec, features: graph.features, edges },
    });
    return (wanted) => blocks.outputs(wanted);
  }
  const x = featuresIn(scope, runtime, graph.features);
  const run = await compileLogits(scope, runtime, model, graph, { params, x, workspace });
  return async (wanted) => {
    await run.run();
    return rowsOf(run.outputs.logits.float32, wanted, graph.targets.outputs);
  };
}
