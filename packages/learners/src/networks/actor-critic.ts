import { InputError } from '@unbraid/checks';
import { layoutOf, type Tensor } from '@unbraid/graph';
import {
  type ActivationName,
  type AnyModel,
  activation,
  appendColumns,
  applyModel,
  dense,
  filled,
  orthogonal,
  type ParamSpec,
  sequential,
} from '@unbraid/nn';
import type { Distribution } from '../distributions/distribution.ts';
import { mlp } from './mlp.ts';

/** A policy and its critic, computed together. */
export interface ActorCritic {
  /** Parameters of both, the policy's first. */
  readonly model: AnyModel;
  readonly policy: AnyModel;
  /** How many parameters are the policy's. */
  readonly policySize: number;
  /** From rows of observations: what the distribution reads `[rows, outputs]`, and values `[rows, 1]`. */
  apply(params: unknown, observations: Tensor): { readonly outputs: Tensor; readonly values: Tensor };
}

/** What networks of dense layers are made from. */
export interface DenseActorCritic {
  readonly inputs: number;
  readonly hidden: readonly number[];
  /** Of the value's network; not where layers are shared. */
  readonly valueHidden: readonly number[];
  readonly activation: ActivationName;
  /** Whether policy and value read the same hidden layers. */
  readonly shared: boolean;
  /** Logarithm of a Gaussian's standard deviations at first. */
  readonly logStd: number;
}

/** Stable-Baselines3's: the first policy is nearly the same for all observations. */
const POLICY_GAIN = 0.01;

const inRecord = sequential as (layers: Readonly<Record<string, AnyModel>>) => AnyModel;
const inList = sequential as (layers: readonly AnyModel[]) => AnyModel;

/**
 * Dense networks for a distribution, each with its own layers or with the same hidden ones. A Gaussian's deviations are parameters of their own, the same for all observations.
 * @throws {InputError} `setting`, for shared layers where there are none
 */
export function denseActorCritic(distribution: Distribution, options: DenseActorCritic): ActorCritic {
  const { inputs, hidden, valueHidden, activation: name, shared, logStd } = options;
  const deviations = distribution.name === 'gaussian' ? distribution.actionSize : 0;
  const outputs = distribution.outputs - deviations;
  const withDeviations = (layers: Readonly<Record<string, AnyModel>>) =>
    inRecord(
      deviations === 0 ? layers : { ...layers, logStd: appendColumns({ columns: deviations, init: filled(logStd) }) },
    );
  if (!shared) {
    const policy = withDeviations({ net: mlp({ inputs, hidden, outputs, activation: name, gain: POLICY_GAIN }) });
    return separateActorCritic(policy, mlp({ inputs, hidden: valueHidden, outputs: 1, activation: name }));
  }
  const width = hidden.at(-1);
  if (width === undefined)
    throw new InputError('setting', 'learners: shared layers are asked for, and hidden has none; give some');
  const trunk = inList([
    mlp({ inputs, hidden: hidden.slice(0, -1), outputs: width, activation: name, gain: Math.SQRT2 }),
    activation(name),
  ]);
  const head = dense(width, outputs, { init: orthogonal(POLICY_GAIN) });
  return sharedActorCritic(trunk, withDeviations({ head }), dense(width, 1, { init: orthogonal() }));
}

/** A policy and a critic of any kind, without layers in common. @param value from observations to `[rows, 1]` */
export function separateActorCritic(policy: AnyModel, value: AnyModel): ActorCritic {
  const params = { policy: policy.params, value: value.params };
  return {
    ...together(policy, params),
    apply(given, observations) {
      const { policy: p, value: v } = given as Readonly<Record<'policy' | 'value', unknown>>;
      return { outputs: applyModel(policy, p, observations), values: applyModel(value, v, observations) };
    },
  };
}

/** A policy and a critic that read what `trunk` makes of observations. */
export function sharedActorCritic(trunk: AnyModel, head: AnyModel, value: AnyModel): ActorCritic {
  const policy = inRecord({ trunk, head });
  const params = { policy: policy.params, value: value.params };
  return {
    ...together(policy, params),
    apply(given, observations) {
      const { policy: p, value: v } = given as {
        readonly policy: Readonly<Record<'trunk' | 'head', unknown>>;
        readonly value: unknown;
      };
      const features = applyModel(trunk, p.trunk, observations);
      return { outputs: applyModel(head, p.head, features), values: applyModel(value, v, features) };
    },
  };
}

/** Both as one model, as far as its parameters go. */
const together = (policy: AnyModel, params: AnyModel['params']) => ({
  policy,
  policySize: layoutOf(policy.params, 'params').size,
  model: { params: params as ParamSpec, apply: (): Tensor => refuse() } satisfies AnyModel,
});

function refuse(): never {
  throw new InputError('model', 'learners: an actor and its critic give two outputs; call apply of both');
}
