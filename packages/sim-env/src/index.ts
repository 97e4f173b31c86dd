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
export { createRandom, type Random } from './random.ts';
export * from './spaces/index.ts';
