import {
  compile,
  constant,
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
  vjp,
} from '@unbraid/graph';
import type { ParamSpec } from '@unbraid/nn';
import type { ReplayWidths } from '../replay/replay-buffer.ts';
import { actorLoss, criticLoss, type SacBatch, type SacNetworks, sacTargets } from './losses.ts';

/** What the critics' step reads. */
export type CriticStepInputs = {
  readonly [K in keyof SacBatch | 'actorParams' | 'criticParams' | 'targetParams' | 'noise' | 'alpha']: TensorSpec;
};

/** What it computes: the critics' loss and its gradient. */
export type CriticStepOutputs = { readonly value: Tensor; readonly grad: Tensor };

/** What the policy's step reads. */
export type ActorStepInputs = {
  readonly [K in 'actorParams' | 'criticParams' | 'observations' | 'noise' | 'alpha']: TensorSpec;
};

/** What it computes: the policy's loss and its gradient, and the mean of log π. */
export type ActorStepOutputs = { readonly loss: Tensor; readonly logProb: Tensor; readonly grad: Tensor };

/** What the graphs depend on. */
export interface SacStepParts extends SacNetworks {
  readonly widths: ReplayWidths;
  readonly batchSize: number;
}

type Tensors<K extends string> = Readonly<Record<K, Tensor>>;

/** The graph of the critics' loss and gradient. */
export function traceCriticStep({ widths, batchSize, ...networks }: SacStepParts) {
  const { inputs, actionSize } = widths;
  const specs: CriticStepInputs = {
    ...paramSpecs(networks),
    targetParams: networks.critics.model.params as ParamSpec,
    observations: f32(batchSize, inputs),
    actions: f32(batchSize, actionSize),
    rewards: f32(batchSize),
    discounts: f32(batchSize),
    nextObservations: f32(batchSize, inputs),
    noise: f32(batchSize, actionSize),
    alpha: f32(),
  };
  const graph = trace(specs, (tensors) => {
    const { actorParams, criticParams, targetParams, noise, alpha, ...batch } = tensors as unknown as Tensors<
      keyof CriticStepInputs
    >;
    const params = { actor: actorParams, target: targetParams };
    const targets = stopGradient(sacTargets(networks, params, batch, noise, alpha));
    return valueAndGrad((at: Tensor) => criticLoss(networks.critics, at, batch, targets))(criticParams);
  });
  return graph as unknown as Graph<CriticStepInputs, CriticStepOutputs>;
}

/** The graph of the policy's loss and gradient. */
export function traceActorStep({ widths, batchSize, ...networks }: SacStepParts) {
  const { inputs, actionSize } = widths;
  const specs: ActorStepInputs = {
    ...paramSpecs(networks),
    observations: f32(batchSize, inputs),
    noise: f32(batchSize, actionSize),
    alpha: f32(),
  };
  const graph = trace(specs, (tensors) => {
    const { actorParams, criticParams, observations, noise, alpha } = tensors as unknown as Tensors<
      keyof ActorStepInputs
    >;
    const { value, cotangent } = vjp(
      (at: Tensor) => actorLoss(networks, { actor: at, critics: criticParams }, observations, noise, alpha),
      actorParams,
      { loss: constant(1), logProb: constant(0) },
    );
    return { ...value, grad: cotangent };
  });
  return graph as unknown as Graph<ActorStepInputs, ActorStepOutputs>;
}

const paramSpecs = ({ actor, critics }: SacNetworks) => ({
  actorParams: actor.params as ParamSpec,
  criticParams: critics.model.params as ParamSpec,
});

/** Both steps, compiled on memory of the caller's. The policy's reads the observations of the critics' batch. */
export interface SacSteps {
  readonly critic: Executable<CriticStepInputs, CriticStepOutputs>;
  readonly actor: Executable<ActorStepInputs, ActorStepOutputs>;
}

/** Memory of parameters and gradients. */
export type SacMemory = Readonly<
  Record<'actorParams' | 'criticParams' | 'targetParams' | 'actorGrads' | 'criticGrads', Source>
>;

/** The critics' step comes first: the policy is improved by critics that are better already, as in Stable-Baselines3. */
export async function compileSacSteps(
  scope: Scope,
  runtime: Runtime,
  parts: SacStepParts,
  { actorParams, criticParams, targetParams, actorGrads, criticGrads }: SacMemory,
): Promise<SacSteps> {
  const critic = scope.own(
    await compile(traceCriticStep(parts), runtime, {
      inputs: { actorParams, criticParams, targetParams },
      outputs: { grad: criticGrads },
    }),
  );
  const { observations, alpha } = critic.inputs;
  const actor = scope.own(
    await compile(traceActorStep(parts), runtime, {
      inputs: { actorParams, criticParams, observations, alpha },
      outputs: { grad: actorGrads },
    }),
  );
  return { critic, actor };
}
