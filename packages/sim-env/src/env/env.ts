import type { Info } from '../decisions/perspective.ts';
import type { Space, Value } from '../spaces/index.ts';

/** How an episode begins. */
export interface ResetOptions {
  /** Starts the environment's chance anew; without it, chance goes on from the last reset. */
  readonly seed?: number;
  /** For the simulation's own reset. */
  readonly options?: unknown;
}

/** What `reset` gives. */
export type ResetResult<O> = [observation: O, info: Info];

/** What `step` gives. */
export type StepResult<O> = [observation: O, reward: number, terminated: boolean, truncated: boolean, info: Info];

/** Text, or an image of 4 bytes a pixel. */
export type Frame = string | { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray };

/** What an environment is called, and how long its episodes may be. */
export interface EnvSpec {
  /** The name it was generated or registered under. */
  readonly id: string;
  /** Steps after which an episode is truncated. */
  readonly maxEpisodeSteps?: number;
}

interface Shown<O extends Space, A extends Space> {
  readonly observationSpace: O;
  readonly actionSpace: A;
  readonly spec: EnvSpec;
}

/** Gymnasium's environment. */
export interface Env<O extends Space = Space, A extends Space = Space> extends Shown<O, A> {
  /** Starts an episode. @throws ModelError, ModelTimeout, RangeError */
  reset(options?: ResetOptions): ResetResult<Value<O>>;
  /**
   * Acts, and goes on to the next decision or the end: `terminated` by the model, or `truncated` by a limit of steps or a horizon of the model's.
   * @throws EnvError for an action outside the space; Error before reset and after the end; ModelError, ModelTimeout
   */
  step(action: Value<A>): StepResult<Value<O>>;
  /** Undefined where the environment cannot be drawn. */
  render(): Frame | undefined;
  /** Ends the simulation and frees what it held. Closing twice is fine. */
  close(): void;
}

/** An environment whose model is asynchronous. */
export interface AsyncEnv<O extends Space = Space, A extends Space = Space> extends Shown<O, A> {
  reset(options?: ResetOptions): Promise<ResetResult<Value<O>>>;
  step(action: Value<A>): Promise<StepResult<Value<O>>>;
  render(): Frame | undefined;
  close(): Promise<void>;
}
