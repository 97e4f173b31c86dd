import { InternalError } from '@unbraid/checks';
import {
  bernoulliMask,
  compile,
  type Executable,
  f32,
  gather,
  i32,
  type Runtime,
  type Scope,
  type Source,
  type Tensor,
  type TensorSpec,
  trace,
  valueAndGrad,
  type Workspace,
} from '@unbraid/graph';
import type { Csr } from '@unbraid/kernels';
import { inference, type Matrix, type Mode } from '@unbraid/nn';
import type { KnownOfGraph } from '../batches/moving-program.ts';
import { edgesInOrder } from '../graphs/edge-rows.ts';
import type { Context, Signal } from '../layers/node-layer.ts';
import type { NodeModel } from '../models.ts';
import type { TaskGraph } from '../node-graph.ts';
import { drop, dropValues } from '../operators/drop.ts';
import { type Structure, structureOf } from '../structure.ts';
import { objective, objectiveSpecs, type Weighing, writeTargets } from '../tasks/objective.ts';

/** Dense features are an input of a graph, sparse ones are a part of its operators. */
const featureSpecs = (features: Csr | Matrix): { readonly x?: TensorSpec } =>
  'data' in features ? { x: f32(features.rows, features.cols) } : {};

export const signalOf = (features: Csr | Matrix, x: Tensor | undefined): Signal =>
  'data' in features ? x! : { matrix: features };

/** Specs and memory of what is known of a graph's nodes and edges. */
export const knownInputs = ({ features, edges }: KnownOfGraph, x: Source | undefined) => ({
  specs: { ...featureSpecs(features), ...(edges && { edges: f32(edges.rows, edges.cols) }) },
  sources: { ...(x && { x }), ...(edges && { edges }) },
});

/** The same of a graph whose features of edges are in the order of its matrix. */
export const graphInputs = (
  { features, edgeFeatures }: Pick<TaskGraph, 'features' | 'edgeFeatures'>,
  structure: Structure,
  x: Source | undefined,
) => knownInputs({ features, edges: edgesInOrder(edgeFeatures, structure) }, x);

export type Step = Executable<
  { readonly params: TensorSpec; readonly key: TensorSpec },
  { readonly grad: Tensor; readonly loss: Tensor }
>;

export interface StepMemory {
  readonly params: Source;
  readonly grads: Source;
  readonly x: Source | undefined;
  readonly workspace?: Workspace;
}

/** The training step: gradients and the mean loss over the nodes of `train`. Masks follow from `key`, int32 [seed bits, step]. */
export async function compileStep(
  scope: Scope,
  runtime: Runtime,
  model: NodeModel,
  graph: TaskGraph,
  { train, weighing }: { readonly train: Int32Array; readonly weighing: Weighing },
  memory: StepMemory,
): Promise<Step> {
  const structure = structureOf(graph.adjacency, graph);
  const { specs, sources } = graphInputs(graph, structure, memory.x);
  const { targets } = graph;
  const objectives = objectiveSpecs(targets, train.length, weighing.classes !== undefined);
  const all = { params: model.params as TensorSpec, key: i32(2), nodes: i32(train.length), ...objectives, ...specs };
  const program = trace(all, (inputs) => {
    const { x, edges, nodes, target, weight } = inputs as unknown as Readonly<Record<string, Tensor>>;
    const loss = (params: Tensor) => {
      const outputs = model.apply(params as never, signalOf(graph.features, x), {
        structure,
        ...(edges && { edgeFeatures: edges }),
        ...training(inputs.key),
      });
      return objective(targets, gather(outputs, nodes!), { target: target!, ...(weight && { weight }) });
    };
    const { value, grad } = valueAndGrad(loss)(inputs.params);
    return { grad, loss: value };
  });
  const step = await compile(program, runtime, {
    inputs: { params: memory.params, nodes: { data: train }, ...sources },
    outputs: { grad: memory.grads },
    workspace: memory.workspace,
  });
  const inputs = step.inputs as unknown as Readonly<Record<'target' | 'weight', { readonly data: Float32Array }>>;
  writeTargets(targets, weighing, train, { target: inputs.target.data, weight: inputs.weight?.data });
  return scope.own(step) as unknown as Step;
}

/** Mode and dropout of one application in training. */
export function training(key: Tensor): Pick<Context, 'mode' | 'drop'> {
  let masks = 0;
  const mode: Mode = {
    training: true,
    update() {
      throw new InternalError('gfgn: these models have no parameters that are updated without gradients');
    },
    mask: (shape, keep) => bernoulliMask(key, shape, keep, masks++),
  };
  return {
    mode,
    drop: (x, rate) => ('columns' in x ? dropValues(x, key, 1 - rate, masks++) : drop(x, key, 1 - rate, masks++)),
  };
}

export type Logits = Executable<{ readonly params: TensorSpec }, { readonly logits: Tensor }>;

/** The outputs of all nodes. */
export async function compileLogits(
  scope: Scope,
  runtime: Runtime,
  model: NodeModel,
  graph: TaskGraph,
  memory: Omit<StepMemory, 'grads'>,
): Promise<Logits> {
  const structure = structureOf(graph.adjacency, graph);
  const { specs, sources } = graphInputs(graph, structure, memory.x);
  const program = trace({ params: model.params as TensorSpec, ...specs }, (inputs) => {
    const { x, edges } = inputs as unknown as Readonly<Record<string, Tensor>>;
    const context = { structure, mode: inference, ...(edges && { edgeFeatures: edges }) };
    return { logits: model.apply(inputs.params as never, signalOf(graph.features, x), context) };
  });
  const logits = await compile(program, runtime, {
    inputs: { params: memory.params, ...sources },
    workspace: memory.workspace,
  });
  return scope.own(logits) as unknown as Logits;
}
