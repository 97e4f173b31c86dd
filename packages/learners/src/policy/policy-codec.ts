import { type ByteSource, InputError, showValue } from '@unbraid/checks';
import { type AnyModel, decodeModel, encodeModel } from '@unbraid/nn';
import { type Space, spaceFromJson } from '@unbraid/sim-env';
import type { DistributionName } from '../distributions/distribution.ts';
import { distributionFor } from '../distributions/distribution-for.ts';
import type { Normalization } from '../normalization/normalization.ts';
import { createPolicy, type Policy } from './policy.ts';

/** What notes of a saved model say that it is a policy, and of which version. */
const FORMAT = 'unbraid-policy-1';

/** Spaces, such as an environment has. */
export interface Spaces<O extends Space = Space, A extends Space = Space> {
  readonly observationSpace: O;
  readonly actionSpace: A;
}

/** What `decodePolicy` takes. */
export interface DecodePolicyOptions<O extends Space = Space, A extends Space = Space> {
  /** The environment that it is for, which types what it sees and does; a policy for other spaces is refused. */
  readonly env?: Spaces<O, A> | undefined;
  /** The model whose parameters these are; needed where it has layers of your own, which can't be written down. */
  readonly model?: AnyModel | undefined;
  /** What drawn actions follow from. Default 0. */
  readonly seed?: number | undefined;
  /** How errors call the file. Default `the saved policy`. */
  readonly name?: string | undefined;
}

/**
 * A policy as the bytes of a safetensors file, which `decodeModel` of `@unbraid/nn` reads, too: network and parameters, spaces, distribution and normalization.
 * @throws {InputError} for parameters that aren't finite
 */
export function encodePolicy(policy: Policy): Uint8Array<ArrayBuffer> {
  const { model, params, observationSpace, distribution, normalization } = policy;
  const notes = {
    policy: FORMAT,
    observationSpace: JSON.stringify(observationSpace),
    actionSpace: JSON.stringify(distribution.actionSpace),
    distribution: distribution.name,
    ...(normalization && { normalization: JSON.stringify(normalizationJson(normalization)) }),
  };
  return encodeModel({ model, params, notes });
}

const normalizationJson = ({ mean, scale, limit }: Normalization) => ({ mean: [...mean], scale: [...scale], limit });

/**
 * The policy that `encodePolicy` wrote.
 * @throws {InputError} in one line: `file`, for bytes that are no safetensors file or damaged; `model`, for a file of something else, another version, layers of one's own
 * where `model` isn't given, and parts that don't fit
 */
export function decodePolicy<O extends Space = Space, A extends Space = Space>(
  bytes: ByteSource,
  options: DecodePolicyOptions<O, A> = {},
): Policy<O, A> {
  const { name = 'the saved policy', model: own, seed, env } = options;
  const { model, params, notes = {} } = decodeModel(bytes, { name, model: own });
  const refuse = (what: string, cause?: unknown) => new InputError('model', `learners: ${name} ${what}`, { cause });
  if (notes.policy !== FORMAT)
    throw refuse(
      notes.policy === undefined
        ? 'is a model without a policy; read it by decodeModel of @unbraid/nn'
        : `is of the format ${showValue(notes.policy)}, this version of @unbraid/learners reads ${FORMAT}; update it`,
    );
  for (const key of ['observationSpace', 'actionSpace'] as const)
    if (env && notes[key] !== JSON.stringify(env[key]))
      throw refuse(`is for another environment: its ${key} is ${notes[key]?.slice(0, 200)}`);
  try {
    const space = (key: string): Space => spaceFromJson(JSON.parse(notes[key] ?? 'null'));
    const distribution = distributionFor(space('actionSpace'), notes.distribution as DistributionName);
    const normalization = notes.normalization === undefined ? undefined : readNormalization(notes.normalization);
    return createPolicy({
      observationSpace: space('observationSpace'),
      distribution,
      model,
      params,
      normalization,
      seed,
    }) as unknown as Policy<O, A>;
  } catch (error) {
    throw refuse(`can't be read: ${JSON.stringify(String((error as Error).message).slice(0, 200))}`, error);
  }
}

function readNormalization(text: string): Normalization {
  const { mean, scale, limit } = JSON.parse(text) as Partial<Record<keyof Normalization, unknown>>;
  const finite = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
  const list = (value: unknown): value is number[] => Array.isArray(value) && value.every(finite);
  if (!list(mean) || !list(scale) || mean.length !== scale.length || !finite(limit) || limit <= 0)
    throw new InputError('model', 'its normalization is damaged');
  return { mean: Float32Array.from(mean), scale: Float32Array.from(scale), limit };
}
