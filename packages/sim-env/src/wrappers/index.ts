export { clipAction, clipReward } from './clip.ts';
export { flattenObservation } from './flatten-observation.ts';
export { frameStack } from './frame-stack.ts';
export { normalizeObservation, normalizeReward } from './normalize.ts';
export { type EpisodeStatistics, recordStatistics } from './record-statistics.ts';
export { timeLimit } from './time-limit.ts';
export { transformAction, transformObservation, transformReward } from './transform.ts';
export { type AnyEnv, type Layer, wrap } from './wrap.ts';
