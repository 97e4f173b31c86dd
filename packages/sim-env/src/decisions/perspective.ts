import { EnvError } from '../env-error.ts';
import { anything, callback, checkSettings, object, oneOf, required, words } from '../settings.ts';
import type { MaskLike, Space, Value } from '../spaces/index.ts';

/** What an environment says beside observation and reward. */
export type Info = Readonly<Record<string, unknown>>;

/** How an episode looks to an agent once the model has ended, where that differs from its last decision. */
export interface Final<O> {
  /** As things stand now. Default, where the episode has terminated: the observation of the last decision. */
  readonly observation?: O;
  /** For the last action; default 0. */
  readonly reward?: number;
  /**
   * The model has stopped at a horizon, beyond which what it models would go on: the episode is truncated, and learners estimate what would
   * have followed from `observation`, which must be given. Default false: nothing follows, the episode has terminated.
   */
  readonly truncated?: boolean;
  readonly info?: Info;
  /** When it ended, by the clock of the perspective's `time`. */
  readonly time?: number;
}

/**
 * One way to see a decision function: what its decider observes, what it can do, what is good for it. `Args` are the function's
 * arguments, led by the instance where it is a method; `Result` is what it returns (yields in the end, or promises).
 */
export interface Perspective<
  Args extends readonly unknown[] = readonly never[],
  Result = unknown,
  O extends Space = Space,
  A extends Space = Space,
> {
  /** In messages, and unique for a function. */
  readonly name: string;
  readonly observationSpace: O;
  readonly actionSpace: A;
  observation(...args: Args): Value<O>;
  /** From an action to the function's return value. What it throws is thrown at the function's caller in the model. */
  action(action: Value<A>, ...args: Args): Result;
  /** For the action before this decision, judged from here. */
  reward(...args: Args): number;
  info?(...args: Args): Info;
  /** When the decision is made, by the model's own clock and in its unit; never less than at the one before. It is `time` in the info. */
  time?(...args: Args): number;
  /** Which actions are possible now; it comes as `action_mask` of the info. Default: all of the action space, always. */
  actionMask?(...args: Args): MaskLike;
  /** What comes of an action that the mask forbids: an error (default), or it is the model's to say, as where masks are only advice. */
  readonly maskedActions?: 'error' | 'allow';
  /** Called with the simulation when its run has ended, for each agent that it has ended for. */
  final?(simulation: never, agent: string): Final<Value<O>>;
}

/**
 * What `definePerspective` takes: a perspective, in which the choices of a Discrete action space can be listed instead of
 * mapped. `Observe` is the type of its `observation`, whose parameters are those of the decision function.
 */
export interface PerspectiveOptions<
  Observe extends (...args: never) => unknown,
  Result,
  O extends Space,
  A extends Space,
> extends Pick<Perspective<Parameters<Observe>, Result, O, A>, 'name' | 'observationSpace' | 'actionSpace'> {
  readonly observation: Observe;
  /** One entry for each action of a Discrete space, or a function. */
  readonly action: ((action: Value<A>, ...args: Parameters<Observe>) => Result) | readonly (Result | Thrown)[];
  reward(...args: Parameters<Observe>): number;
  info?(...args: Parameters<Observe>): Info;
  time?(...args: Parameters<Observe>): number;
  /** Which actions are possible now, as Gymnasium's `sample(mask)` takes it: of a Discrete space one entry for each action, 1 or true where it is possible. */
  actionMask?(...args: Parameters<Observe>): MaskLike;
  /** Default `error`. */
  readonly maskedActions?: 'error' | 'allow';
  final?(simulation: never, agent: string): Final<Value<O>>;
}

/** An entry of an action list that throws instead of returning. */
export class Thrown {
  readonly create: () => unknown;
  constructor(create: () => unknown) {
    this.create = create;
  }
}

/** In a list of actions: choosing it throws a new error in the model, where its decision function stands. */
export const throws = (create: () => unknown): Thrown => new Thrown(create);

const rules = {
  name: required(words),
  observationSpace: required(object),
  actionSpace: required(object),
  observation: required(callback),
  action: required(anything),
  reward: required(callback),
  info: callback,
  time: callback,
  actionMask: callback,
  maskedActions: oneOf('error', 'allow'),
  final: callback,
};

/**
 * Gives a perspective its types and turns a list of choices into a mapping.
 *
 * @throws EnvError where a list does not have one entry for each action of a Discrete space, or an option is missing or unknown
 */
export function definePerspective<
  Observe extends (...args: never) => Value<O>,
  Result,
  O extends Space,
  A extends Space,
>(options: PerspectiveOptions<Observe, Result, O, A>): Perspective<Parameters<Observe>, Result, O, A> {
  checkSettings('definePerspective', options, rules);
  const { action, ...rest } = options;
  const mapped = typeof action === 'function' ? action : chosenFrom(options, action);
  return { ...rest, action: mapped } as Perspective<Parameters<Observe>, Result, O, A>;
}

function chosenFrom<Result>(
  { name, actionSpace }: { readonly name: string; readonly actionSpace: Space },
  choices: readonly (Result | Thrown)[],
): (action: unknown) => Result {
  if (actionSpace.type !== 'Discrete' || actionSpace.n !== choices.length) {
    const space = actionSpace.type === 'Discrete' ? `${actionSpace.n} actions` : `a ${actionSpace.type} space`;
    throw new EnvError(
      'setting',
      `sim-env: perspective ${name} lists ${choices.length} choices for ${space}; a list needs a Discrete space with one action for each entry`,
    );
  }
  return (action) => {
    const choice = choices[(action as number) - actionSpace.start]!;
    if (choice instanceof Thrown) throw choice.create();
    return choice;
  };
}
