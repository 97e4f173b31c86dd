export type { ChoiceSpace } from './distributions/categorical.ts';
export { categorical } from './distributions/categorical.ts';
export type { Distribution, DistributionName, DrawnActions } from './distributions/distribution.ts';
export { distributionFor } from './distributions/distribution-for.ts';
export { gaussian } from './distributions/gaussian.ts';
export { greedy } from './distributions/greedy.ts';
export { type SquashedGaussian, squashedGaussian } from './distributions/squashed-gaussian.ts';
export { type DqnResult, dqn } from './dqn/dqn.ts';
export type { DqnOptions, DqnUpdate } from './dqn/settings.ts';
export { type Actor, type EvaluateOptions, type Evaluation, evaluatePolicy } from './evaluation/evaluate-policy.ts';
export { type ActorCritic, separateActorCritic, sharedActorCritic } from './networks/actor-critic.ts';
export { type Forward, forwardOf } from './networks/forward.ts';
export { type MlpOptions, mlp } from './networks/mlp.ts';
export {
  type Normalization,
  normalizationOf,
  normalizeRows,
  normalizeTensor,
} from './normalization/normalization.ts';
export { type RunningStatistics, runningStatistics } from './normalization/running-statistics.ts';
export { exportPolicy } from './policy/export-policy.ts';
export { type ActOptions, createPolicy, type Policy, type PolicyParts } from './policy/policy.ts';
export { type DecodePolicyOptions, decodePolicy, encodePolicy, type Spaces } from './policy/policy-codec.ts';
export { type PpoResult, ppo } from './ppo/ppo.ts';
export type { PpoOptions, PpoUpdate } from './ppo/settings.ts';
export type { UpdateStatistics } from './ppo/update-statistics.ts';
export { type ReplayWidths, replayBytes } from './replay/replay-buffer.ts';
export type { ReplayOptions, ReplayUpdate } from './replay/replay-options.ts';
export { type SacResult, sac } from './sac/sac.ts';
export type { SacOptions, SacUpdate } from './sac/settings.ts';
export { ACTION_MASK, type ActionMask, writeActionMask } from './spaces/action-mask.ts';
export { checkObservations, type ObservationEncoder, observationEncoder } from './spaces/observations.ts';
export type { EnvironmentSource } from './training/environments.ts';
export { type LearnOptions, learnSettings, type UpdateRecord } from './training/learn-options.ts';
export { linearDecay } from './training/linear-decay.ts';
export type { Rate } from './training/rate.ts';
