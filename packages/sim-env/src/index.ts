export type { ByAgent } from './agents/by-agent.ts';
export { generateParallelEnv, type ParallelEnv, type ParallelEnvFactory } from './agents/parallel-env.ts';
export type {
  AgentSpaces,
  AgentsDefinition,
  AgentsFactory,
  AgentsKind,
  AgentsOptions,
  SeatDefinition,
} from './agents/seats.ts';
export type { WholeState } from './agents/state.ts';
export { generateTurnEnv, type LastResult, type TurnEnv, type TurnEnvFactory } from './agents/turn-env.ts';
export { type CheckEnvOptions, checkEnv } from './check-env.ts';
export { actionMaskIn } from './decisions/action-mask.ts';
export type { Decision } from './decisions/decision.ts';
export { perspectiveOf } from './decisions/decision.ts';
export { makeStep, type StepMarker } from './decisions/make-step.ts';
export {
  definePerspective,
  type Final,
  type Info,
  type Perspective,
  type PerspectiveOptions,
  throws,
} from './decisions/perspective.ts';
export { together } from './decisions/together.ts';
export type { ArgumentRule, ArgumentRules, ArgumentsOf, ArgumentValues } from './env/arguments.ts';
export { type CoroutineOptions, coroutine } from './env/coroutine.ts';
export type { AsyncEnv, Env, EnvSpec, Frame, ResetOptions, ResetResult, StepResult } from './env/env.ts';
export { ModelError, ModelTimeout, SimulationStopped } from './env/errors.ts';
export { type AsyncEnvFactory, type AsyncEnvOptions, generateAsyncEnv } from './env/generate-async-env.ts';
export {
  type EnvDefinition,
  type EnvFactory,
  type EnvOptions,
  generateEnv,
  type SplitEnv,
} from './env/generate-env.ts';
export {
  type Policy,
  type RunOptions,
  type RunReport,
  runAsyncWithAgent,
  runOwnRule,
  runWithAgent,
} from './env/run-with-agent.ts';
export type { Coroutine, Simulation } from './env/simulation.ts';
export type { Suspension } from './env/stage.ts';
export { EnvError, type EnvErrorCode } from './env-error.ts';
export type { EnvKind } from './env-kind.ts';
export * from './episodes/index.ts';
export { type Discretizer, discretizeBox, discretizeDiscrete, linearEdges, logEdges } from './learning/discretizer.ts';
export {
  type EpisodeReport,
  learnEpisode,
  learnRun,
  playEpisode,
  randomAgent,
  scriptedAgent,
} from './learning/episodes.ts';
export { createQAgent, type QAgent, type QLearningOptions } from './learning/q-learning.ts';
export * from './plugins/index.ts';
export { createRandom, type Random } from './random.ts';
export { createEnvRegistry, type EnvRegistry, type MakeEnv } from './registry.ts';
export * from './spaces/index.ts';
export type { OnError } from './vector/recovery.ts';
export {
  type Autoreset,
  type VectorEnv,
  type VectorEnvOptions,
  type VectorResetOptions,
  vectorEnv,
} from './vector/vector-env.ts';
export { VectorError, type VectorResults } from './vector/vector-error.ts';
export * from './wrappers/index.ts';
