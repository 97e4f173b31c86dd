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
import { inference, type Matrix, type Mode, softmaxCrossEntropy } from '@unbraid/nn';
import type { Context, Signal } from '../layers/node-layer.ts';
import type { NodeModel } from '../models.ts';
import type { NodeGraph } from '../node-graph.ts';
import { drop, dropValues } from '../operators/drop.ts';
import { structureOf } from '../structure.ts';

/** Dense features are an input of a graph, sparse ones are a part of its operators. */
export const featureSpecs = (features: Csr | Matrix): { readonly x?: TensorSpec } =>
  'data' in features ? { x: f32(features.rows, features.cols) } : {};

export const signalOf = (features: Csr | Matrix, x: Tensor | undefined): Signal =>
  'data' in features ? x! : { matrix: features };

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
  graph: NodeGraph,
  train: Int32Array,
  memory: StepMemory,
): Promise<Step> {
  const structure = structureOf(graph.adjacency);
  const labels = train.map((node) => graph.labels[node]!);
  const count = train.length;
  const specs = {
    params: model.params as TensorSpec,
    key: i32(2),
    nodes: i32(count),
    labels: i32(count),
    ...featureSpecs(graph.features),
  };
  const program = trace(specs, (inputs) => {
    const loss = (params: Tensor) => {
      const logits = model.apply(params as never, signalOf(graph.features, inputs.x), {
        structure,
        ...training(inputs.key),
      });
      return softmaxCrossEntropy(gather(logits, inputs.nodes), inputs.labels);
    };
    const { value, grad } = valueAndGrad(loss)(inputs.params);
    return { grad, loss: value };
  });
  const step = await compile(program, runtime, {
    inputs: {
      params: memory.params,
      nodes: { data: train },
      labels: { data: labels },
      ...(memory.x && { x: memory.x }),
    },
    outputs: { grad: memory.grads },
    workspace: memory.workspace,
  });
  return scope.own(step) as unknown as Step;
}

/** Mode and dropout of one application in training. */
function training(key: Tensor): Pick<Context, 'mode' | 'drop'> {
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

/** The logits of all nodes. */
export async function compileLogits(
  scope: Scope,
  runtime: Runtime,
  model: NodeModel,
  graph: NodeGraph,
  memory: Omit<StepMemory, 'grads'>,
): Promise<Logits> {
  const structure = structureOf(graph.adjacency);
  const specs = { params: model.params as TensorSpec, ...featureSpecs(graph.features) };
  const program = trace(specs, ({ params, x }) => ({
    logits: model.apply(params as never, signalOf(graph.features, x), { structure, mode: inference }),
  }));
  const logits = await compile(program, runtime, {
    inputs: { params: memory.params, ...(memory.x && { x: memory.x }) },
    workspace: memory.workspace,
  });
  return scope.own(logits) as unknown as Logits;
}
