import { createWorkspace, type Runtime, type Scope } from '@unbraid/graph';
import type { NodeModel } from '../models.ts';
import type { CheckedSplit, TaskGraph } from '../node-graph.ts';
import type { Weighing } from '../tasks/objective.ts';
import type { Learner } from './epoch.ts';
import { featuresIn } from './features-in.ts';
import { checkOutputs, type Trained, takeStep } from './learner.ts';
import { compileLogits, compileStep } from './programs.ts';

/** A way to train on a graph's nodes. */
export interface NodeTrainer {
  /** Makes the steps of an epoch and gives their mean loss. */
  learn(epoch: number): Promise<number>;
  /** Outputs of the parameters at work, [wanted, outputs] in the order of these nodes. Valid until the next call. */
  outputs(epoch: number, wanted: Int32Array): Promise<Float32Array>;
  /** Lets go of what steps hold, for outputs alone. */
  rest?(): Promise<void>;
  /** More that later epochs follow from. */
  readonly more?: Learner['more'];
}

/** All nodes in each step, of which an epoch has one. */
export async function fullBatch(
  scope: Scope,
  runtime: Runtime,
  model: NodeModel,
  {
    graph,
    split,
    weighing,
    learningRate,
  }: {
    readonly graph: TaskGraph;
    readonly split: CheckedSplit;
    readonly weighing: Weighing;
    readonly learningRate: number;
  },
  trained: Trained,
): Promise<NodeTrainer> {
  const { params, grads, bits } = trained;
  const x = featuresIn(scope, runtime, graph.features);
  // The step and the outputs take turns.
  const memory = { params, x, workspace: scope.own(createWorkspace(runtime.arena)) };
  const step = await compileStep(scope, runtime, model, graph, { train: split.train, weighing }, { ...memory, grads });
  const evaluate = await compileLogits(scope, runtime, model, graph, memory);
  return {
    async learn(epoch) {
      step.inputs.key.int32.set([bits, epoch]);
      await step.run();
      const loss = step.outputs.loss.float32[0]!;
      takeStep(trained, loss, learningRate, epoch);
      return loss;
    },
    async outputs(epoch, wanted) {
      await evaluate.run();
      return rowsOf(checkOutputs(evaluate.outputs.logits.float32, epoch), wanted, graph.targets.outputs);
    },
  };
}

/** The rows of some nodes. */
export function rowsOf(outputs: Float32Array, nodes: Int32Array, cols: number): Float32Array {
  const rows = new Float32Array(nodes.length * cols);
  for (const [i, node] of nodes.entries()) rows.set(outputs.subarray(node * cols, (node + 1) * cols), i * cols);
  return rows;
}
