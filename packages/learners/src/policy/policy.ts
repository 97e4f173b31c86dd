import { checkSettings, given, having, InputError, integer } from '@unbraid/checks';
import { f32, layoutOf, trace } from '@unbraid/graph';
import { createRandom, type Random } from '@unbraid/kernels';
import { type AnyModel, applyModel, type ParamSpec } from '@unbraid/nn';
import type { Space, Value } from '@unbraid/sim-env';
import * as z from 'zod';
import type { Distribution } from '../distributions/distribution.ts';
import { forwardOf } from '../networks/forward.ts';
import { type Normalization, normalizeRows } from '../normalization/normalization.ts';
import { type ActionMask, writeActionMask } from '../spaces/action-mask.ts';
import { observationEncoder } from '../spaces/observations.ts';

/** How an action is chosen. */
export interface ActOptions {
  /** Whether it is the likeliest one, and not drawn. Default false. */
  readonly deterministic?: boolean;
  /** Which choices are allowed, of policies over choices: `info.action_mask`. Default all. */
  readonly actionMask?: ActionMask | undefined;
}

/** An agent that has learnt: from observations to actions, without a session or anything to wait for. */
export interface Policy<O extends Space = Space, A extends Space = Space> {
  readonly observationSpace: O;
  readonly actionSpace: A;
  /** From rows of flat, normalized observations to what the distribution reads. */
  readonly model: AnyModel;
  /** Of the model, flat. */
  readonly params: Float32Array;
  readonly distribution: Distribution<A>;
  /** Left out where the model reads observations as they are. */
  readonly normalization?: Normalization | undefined;
  /**
   * The action for an observation. Those that are drawn go on from the policy's seed, so the same calls give the same actions.
   * @throws {InputError} in one line, for a mask that doesn't fit, and `not-finite` for outputs that are NaN or infinite
   */
  act(observation: Value<O>, options?: ActOptions): Value<A>;
}

/** What a policy is made of. */
export interface PolicyParts<O extends Space, A extends Space> {
  readonly observationSpace: O;
  /** Whose actions they are. */
  readonly distribution: Distribution<A>;
  readonly model: AnyModel;
  readonly params: Float32Array;
  readonly normalization?: Normalization | undefined;
  /** What drawn actions follow from. Default 0. */
  readonly seed?: number | undefined;
}

const schema = z.object({
  observationSpace: having<Space>('a space', 'type', 'violation'),
  distribution: having<Distribution>('a distribution such as categorical(space)', 'outputs', 'draw'),
  model: having<AnyModel>('a model, with params and apply,', 'params', 'apply'),
  params: having<Float32Array>('a Float32Array', 'length', 'subarray'),
  normalization: given<Normalization>().optional(),
  seed: integer({ min: 0 }).default(0),
});

/**
 * A policy from its parts. The parameters are kept, not copied: a learner that changes them changes the policy.
 * @throws {InputError} in one line, for parts that are missing or don't fit each other
 * @throws {ShapeError} for a model that can't take the observations
 */
export function createPolicy<O extends Space, A extends Space>(parts: PolicyParts<O, A>): Policy<O, A> {
  const { seed } = checkSettings('learners: createPolicy', schema, parts);
  const { observationSpace, distribution, model, params, normalization } = parts;
  const { actionSpace, outputs, actionSize, choices } = distribution;
  const encoder = observationEncoder(observationSpace);
  checkFits(parts, encoder.size);
  const forward = forwardOf(model, params, encoder.size);
  const row = new Float32Array(encoder.size);
  const drawn = { actions: new Float32Array(actionSize), logProbs: new Float32Array(1) };
  const allowed = new Uint8Array(choices.length > 0 ? outputs : 0);
  const random: Random = createRandom(seed).split('actions');
  return {
    observationSpace,
    actionSpace,
    model,
    params,
    distribution,
    ...(normalization && { normalization }),
    act(observation, { deterministic = false, actionMask } = {}) {
      encoder.write(observation, row, 0);
      if (normalization) normalizeRows(normalization, row);
      if (actionMask !== undefined) checkMaskable(distribution);
      const masked = actionMask !== undefined;
      if (masked) writeActionMask(actionMask, choices, allowed, 0);
      distribution.draw(forward(row), drawn, deterministic ? undefined : random, masked ? allowed : undefined);
      const [logProb] = drawn.logProbs as unknown as [number];
      if (!Number.isFinite(logProb))
        throw new InputError(
          'not-finite',
          'learners: the policy gives NaN or infinite outputs for this observation; look for extreme entries in it, or train again',
        );
      return distribution.actionAt(drawn.actions, 0);
    },
  };
}

function checkMaskable({ choices, name }: Distribution): void {
  if (choices.length > 0) return;
  throw new InputError('setting', `learners: an action mask is for choices, and this policy is ${name}; leave it out`);
}

function checkFits(
  {
    distribution,
    model,
    params,
    normalization,
  }: Pick<PolicyParts<Space, Space>, 'model' | 'params' | 'normalization'> & {
    readonly distribution: Pick<Distribution, 'outputs'>;
  },
  inputs: number,
): void {
  const { size } = layoutOf(model.params, 'params');
  if (params.length !== size)
    throw new InputError('model', `learners: there are ${params.length} parameters, the model has ${size}`);
  if (normalization && normalization.mean.length !== inputs)
    throw new InputError(
      'model',
      `learners: the normalization has ${normalization.mean.length} columns, observations have ${inputs}`,
    );
  const { outputs } = trace({ params: model.params as ParamSpec, x: f32(1, inputs) }, (tensors) => ({
    y: applyModel(model, tensors.params, tensors.x),
  }));
  const { shape } = outputs.y;
  if (shape.length !== 2 || shape[1] !== distribution.outputs)
    throw new InputError(
      'model',
      `learners: the model's output is [${shape.join(', ')}], the distribution reads [1, ${distribution.outputs}]`,
    );
}
