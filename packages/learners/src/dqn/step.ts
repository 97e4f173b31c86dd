import {
  compile,
  type Executable,
  f32,
  type Graph,
  type Runtime,
  type Scope,
  type Source,
  stopGradient,
  type Tensor,
  type TensorSpec,
  trace,
  valueAndGrad,
} from '@unbraid/graph';
import type { AnyModel, ParamSpec } from '@unbraid/nn';
import type { ReplayWidths } from '../replay/replay-buffer.ts';
import { type DqnBatch, dqnLoss, dqnTargets } from './loss.ts';

/** What a step reads: two vectors of parameters, and rows of a replay buffer. */
export type DqnStepInputs = { readonly [K in keyof DqnBatch | 'params' | 'targetParams']: TensorSpec };

/** What it computes: the loss and its gradient by `params`. */
export type DqnStepOutputs = { readonly value: Tensor; readonly grad: Tensor };

/** What the graph of a step depends on. */
export interface DqnStepParts {
  readonly model: AnyModel;
  readonly widths: ReplayWidths;
  readonly batchSize: number;
  /** Whether targets are those of Double DQN. */
  readonly double: boolean;
}

/** The graph of loss and gradient. */
export function traceDqnStep({ model, widths, batchSize, double }: DqnStepParts) {
  const { inputs, maskSize } = widths;
  const specs: Record<string, TensorSpec> = {
    params: model.params as ParamSpec,
    targetParams: model.params as ParamSpec,
    observations: f32(batchSize, inputs),
    actions: f32(batchSize, 1),
    rewards: f32(batchSize),
    discounts: f32(batchSize),
    nextObservations: f32(batchSize, inputs),
    ...(maskSize > 0 && { nextMasks: f32(batchSize, maskSize) }),
  };
  const graph = trace(specs, (tensors) => {
    const { params, targetParams, ...batch } = tensors as unknown as DqnBatch &
      Record<'params' | 'targetParams', Tensor>;
    const targets = stopGradient(dqnTargets(model, params, targetParams, batch, double));
    return valueAndGrad((at: Tensor) => dqnLoss(model, at, batch, targets))(params);
  });
  return graph as unknown as Graph<DqnStepInputs, DqnStepOutputs>;
}

/** A step, compiled on memory of the caller's. */
export const compileDqnStep = async (
  scope: Scope,
  runtime: Runtime,
  parts: DqnStepParts,
  { params, targetParams, grads }: Readonly<Record<'params' | 'targetParams' | 'grads', Source>>,
): Promise<Executable<DqnStepInputs, DqnStepOutputs>> =>
  scope.own(
    await compile(traceDqnStep(parts), runtime, { inputs: { params, targetParams }, outputs: { grad: grads } }),
  );
