import {
  broadcastTo,
  compile,
  constant,
  type Executable,
  f32,
  type Graph,
  type Runtime,
  type Scope,
  type Source,
  type Tensor,
  type TensorSpec,
  trace,
  vjp,
} from '@unbraid/graph';
import type { ParamSpec } from '@unbraid/nn';
import type { Distribution } from '../distributions/distribution.ts';
import type { ActorCritic } from '../networks/actor-critic.ts';
import { type PpoBatch, type PpoWeights, ppoLoss } from './loss.ts';
import type { RolloutWidths } from './rollout.ts';

/** What a step reads: parameters and a minibatch. */
export type StepInputs = { readonly [K in keyof PpoBatch | 'params']: TensorSpec };

/** What it computes: the gradient of all parameters, and of each row what statistics are made from. */
export type StepOutputs = {
  readonly grad: Tensor;
  readonly logProbs: Tensor;
  readonly values: Tensor;
  readonly entropies: Tensor;
};

/** What the graph of a step depends on. */
export interface StepParts {
  readonly networks: ActorCritic;
  readonly distribution: Distribution;
  readonly widths: RolloutWidths;
  readonly weights: PpoWeights;
}

/** The graph of loss and gradient for a number of rows. */
export function traceUpdate({ networks, distribution, widths, weights }: StepParts, rows: number) {
  const { inputs, actionSize, maskSize } = widths;
  const specs: Record<string, TensorSpec> = {
    params: networks.model.params as ParamSpec,
    observations: f32(rows, inputs),
    actions: f32(rows, actionSize),
    oldLogProbs: f32(rows),
    advantages: f32(rows),
    returns: f32(rows),
    clipRange: f32(),
    ...(maskSize > 0 && { masks: f32(rows, maskSize) }),
  };
  const graph = trace(specs, (tensors) => {
    const { params, ...batch } = tensors as unknown as PpoBatch & { readonly params: Tensor };
    const none = broadcastTo(constant(0), [rows]);
    const { value, cotangent } = vjp((at: Tensor) => ppoLoss(networks, at, distribution, batch, weights), params, {
      loss: constant(1),
      logProbs: none,
      values: none,
      entropies: none,
    });
    return { grad: cotangent, logProbs: value.logProbs, values: value.values, entropies: value.entropies };
  });
  return graph as unknown as Graph<StepInputs, StepOutputs>;
}

/** A compiled step for a number of rows. */
export type UpdateStep = Executable<StepInputs, StepOutputs>;

/** Compiles the step for each size of minibatch that there is, all on the same parameters and gradients. */
export async function compileUpdates(
  scope: Scope,
  runtime: Runtime,
  parts: StepParts,
  { sizes, params, grads }: { readonly sizes: readonly number[]; readonly params: Source; readonly grads: Source },
): Promise<ReadonlyMap<number, UpdateStep>> {
  const steps = new Map<number, UpdateStep>();
  for (const rows of new Set(sizes)) {
    const graph = traceUpdate(parts, rows);
    steps.set(rows, scope.own(await compile(graph, runtime, { inputs: { params }, outputs: { grad: grads } })));
  }
  return steps;
}
