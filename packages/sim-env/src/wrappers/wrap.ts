import type { Env, ResetOptions, ResetResult, StepResult } from '../env/env.ts';
import type { Space, Value } from '../spaces/index.ts';

/** What a wrapper changes; the rest is the inner environment's. */
export interface Layer<O extends Space, A extends Space> {
  readonly observationSpace?: O;
  readonly actionSpace?: A;
  reset?(options: ResetOptions): ResetResult<Value<O>>;
  step?(action: Value<A>): StepResult<Value<O>>;
}

/** The environment seen through a layer. */
export function wrap<O extends Space, A extends Space>(inner: Env<never, never> | Env, layer: Layer<O, A>): Env<O, A> {
  const env = inner as unknown as Env<O, A>;
  return {
    observationSpace: layer.observationSpace ?? env.observationSpace,
    actionSpace: layer.actionSpace ?? env.actionSpace,
    spec: env.spec,
    reset: (options = {}) => (layer.reset === undefined ? env.reset(options) : layer.reset(options)),
    step: (action) => (layer.step === undefined ? env.step(action) : layer.step(action)),
    render: () => env.render(),
    close: () => env.close(),
  };
}
