import { kindOf } from '../decisions/kind.ts';
import type { AsyncEnv, Env, EnvSpec, ResetOptions, ResetResult, StepResult } from '../env/env.ts';
import type { Space, Value } from '../spaces/index.ts';
import { whenDone } from './when-done.ts';

/**
 * What a wrapper changes on the way in and on the way out: `Inner…` is what the wrapped environment takes and gives, `O` and `A` what the result does. What is
 * left out passes as it is. None of it waits, so one layer serves environments of both kinds.
 */
export interface Layer<O extends Space, A extends Space, InnerO extends Space = O, InnerA extends Space = A> {
  readonly observationSpace?: O;
  readonly actionSpace?: A;
  readonly spec?: EnvSpec;
  /** On a reset's way in. */
  resetting?(options: ResetOptions): ResetOptions;
  /** On its way out. */
  opened?(result: ResetResult<Value<InnerO>>): ResetResult<Value<O>>;
  /** On a step's way in. */
  acting?(action: Value<A>): Value<InnerA>;
  /** On its way out; undefined for a result that nobody is to see: the wrapped environment takes the same action once more. */
  advanced?(result: StepResult<Value<InnerO>>): StepResult<Value<O>> | undefined;
  /** Before the wrapped environment is closed. */
  closing?(): void;
}

/** The environment seen through a layer: an `Env` of an `Env`, an `AsyncEnv` of an `AsyncEnv`. */
export function wrap<O extends Space, A extends Space, P extends Space, B extends Space>(
  inner: Env<O, A>,
  layer: Layer<P, B, O, A>,
): Env<P, B>;
/** The same for an environment whose model is asynchronous. */
export function wrap<O extends Space, A extends Space, P extends Space, B extends Space>(
  inner: AsyncEnv<O, A>,
  layer: Layer<P, B, O, A>,
): AsyncEnv<P, B>;
/** The same for an environment of either kind. */
export function wrap<O extends Space, A extends Space, P extends Space, B extends Space>(
  inner: AnyEnv<O, A>,
  layer: Layer<P, B, O, A>,
): AnyEnv<P, B>;
export function wrap(inner: unknown, outer: unknown): unknown {
  const [env, layer] = [inner as AnyKind, outer as AnyLayer];
  const { resetting, opened, acting, advanced } = layer;

  /** Through the layer, as often as it says. */
  function stepped(action: unknown, take: (action: unknown) => AnyStep): AnyStep {
    const result = take(action);
    if (advanced === undefined) return result;
    return whenDone(result, (given) => advanced(given) ?? stepped(action, take));
  }
  const inward = (action: unknown) => (acting === undefined ? action : acting(action));
  const reset: AnyKind['reset'] = (options = {}) => {
    const result = env.reset(resetting === undefined ? options : resetting(options));
    return opened === undefined ? result : whenDone(result, opened);
  };
  const step: AnyKind['step'] = (action) => stepped(inward(action), (one) => env.step(one));

  return {
    observationSpace: layer.observationSpace ?? env.observationSpace,
    actionSpace: layer.actionSpace ?? env.actionSpace,
    spec: layer.spec ?? env.spec,
    // What a layer throws rejects the promise where there is one.
    ...(kindOf(env.step) === 'async' ? { reset: rejecting(reset), step: rejecting(step) } : { reset, step }),
    render: () => env.render(),
    close() {
      layer.closing?.();
      return env.close();
    },
    ...(isSplit(env) && halves(env, inward, stepped)),
  };
}

/** An environment of either kind. */
export type AnyEnv<O extends Space = Space, A extends Space = Space> = Env<O, A> | AsyncEnv<O, A>;

// Inside, an environment of either kind with whatever spaces: what may be a promise goes through `whenDone`.
type AnyStep = StepResult<unknown>;
type AnyLayer = Pick<Layer<Space, Space>, 'observationSpace' | 'actionSpace' | 'spec' | 'resetting' | 'closing'> & {
  readonly opened?: (result: ResetResult<unknown>) => ResetResult<unknown>;
  readonly acting?: (action: unknown) => unknown;
  readonly advanced?: (result: AnyStep) => AnyStep | undefined;
};
interface AnyKind extends Pick<Env, 'observationSpace' | 'actionSpace' | 'spec' | 'render' | 'close'> {
  readonly reset: (options?: ResetOptions) => ResetResult<unknown>;
  readonly step: (action: unknown) => AnyStep;
}
interface AnySplit extends AnyKind {
  readonly send: (action: unknown) => void;
  readonly receive: () => AnyStep;
}

const isSplit = (env: AnyKind): env is AnySplit => 'send' in env;

const rejecting = <Args extends unknown[], T>(work: (...args: Args) => T): ((...args: Args) => T) =>
  (async (...args: Args) => work(...args)) as unknown as (...args: Args) => T;

/** The two halves of a step, of an environment that runs by itself between them. */
function halves(
  env: AnySplit,
  inward: (action: unknown) => unknown,
  stepped: (action: unknown, take: (action: unknown) => AnyStep) => AnyStep,
): Pick<AnySplit, 'send' | 'receive'> {
  let sent: unknown;
  return {
    send(action) {
      sent = inward(action);
      env.send(sent);
    },
    receive() {
      let first = true;
      return stepped(sent, (action) => {
        if (!first) env.send(action);
        first = false;
        return env.receive();
      });
    },
  };
}
