import { InputError } from '@unbraid/checks';
import {
  batch,
  type Env,
  elementOf,
  type Info,
  type Space,
  type SplitEnv,
  type StepResult,
  type Value,
  type VectorEnv,
} from '@unbraid/sim-env';

/** Where a learner acts: what makes an environment, what makes each of several, or environments that step together. */
export type EnvironmentSource<O extends Space = Space, A extends Space = Space> =
  | (() => Env<O, A>)
  | readonly (() => Env<O, A>)[]
  | VectorEnv<O, A>;

/** Environments at work, each reset by whoever steps them. */
export interface Environments<O extends Space = Space, A extends Space = Space> {
  readonly count: number;
  readonly observationSpace: O;
  readonly actionSpace: A;
  /** Whether one of them can be stepped by itself, so that an episode can be played again. */
  readonly separate: boolean;
  reset(environment: number, seed: number): readonly [observation: Value<O>, info: Info];
  /** All of them, an action for each; the observations of those that have ended are their last ones. */
  step(actions: readonly Value<A>[]): readonly StepResult<Value<O>>[];
  /** One of them. @throws {InputError} `setting`, where they step together alone */
  stepOne(environment: number, action: Value<A>): StepResult<Value<O>>;
  close(): void;
}

/**
 * Environments of a source.
 * @param count how many, of a source that makes one. Default 1
 * @throws {InputError} `setting`, for another number than there are; what the makers throw
 */
export function openEnvironments<O extends Space, A extends Space>(
  source: EnvironmentSource<O, A>,
  count?: number,
): Environments<O, A> {
  if (typeof source === 'function') return separateOf(Array.from({ length: count ?? 1 }, () => source));
  const given = 'numEnvs' in source ? source.numEnvs : source.length;
  if (count !== undefined && count !== given)
    throw new InputError('setting', `learners: envs is ${count}, and ${given} environments are given; leave envs out`);
  return 'numEnvs' in source ? togetherOf(source) : separateOf(source);
}

/** @throws {InputError} `setting`, for environments that can't play their episodes again, which a checkpoint of the learner needs */
export function checkReplays(learner: string, { separate }: Pick<Environments, 'separate'>): void {
  if (separate) return;
  throw new InputError(
    'setting',
    `learners: ${learner} has a checkpoint, and environments of a vectorEnv can not play their episodes again; give what makes them: env: () => …, envs: 8`,
  );
}

function separateOf<O extends Space, A extends Space>(makers: readonly (() => Env<O, A>)[]): Environments<O, A> {
  const envs: Env<O, A>[] = [];
  const close = () => {
    for (const env of envs) env.close();
  };
  try {
    for (const make of makers) envs.push(make());
    return { ...facts(checkAlike(envs), envs.length), ...steppingOf(envs), separate: true, close };
  } catch (error) {
    close();
    throw error;
  }
}

const facts = <O extends Space, A extends Space>({ observationSpace, actionSpace }: Env<O, A>, count: number) => ({
  count,
  observationSpace,
  actionSpace,
});

function steppingOf<O extends Space, A extends Space>(envs: readonly Env<O, A>[]) {
  return {
    reset: (environment: number, seed: number) => envs[environment]!.reset({ seed }),
    // Those in threads of their own run at the same time: all get their actions before any is waited for.
    step(actions: readonly Value<A>[]): StepResult<Value<O>>[] {
      envs.forEach((env, i) => {
        if ('send' in env) (env as SplitEnv<O, A>).send(actions[i]!);
      });
      return envs.map((env, i) => ('receive' in env ? (env as SplitEnv<O, A>).receive() : env.step(actions[i]!)));
    },
    stepOne: (environment: number, action: Value<A>) => envs[environment]!.step(action),
  };
}

function checkAlike<E extends Env>(envs: readonly E[]): E {
  const [first] = envs;
  if (first === undefined) throw new InputError('setting', 'learners: there are no environments; give at least one');
  const spacesOf = ({ observationSpace, actionSpace }: Env) => JSON.stringify([observationSpace, actionSpace]);
  const other = envs.findIndex((env, i) => envs.indexOf(env) !== i || spacesOf(env) !== spacesOf(first));
  if (other < 0) return first;
  throw new InputError(
    'setting',
    envs.indexOf(envs[other]!) === other
      ? `learners: the spaces of environment ${other} differ from those of the first; give environments of one kind`
      : `learners: environment ${other} is made twice; make one of its own for each`,
  );
}

function togetherOf<O extends Space, A extends Space>(vector: VectorEnv<O, A>): Environments<O, A> {
  const { numEnvs, singleObservationSpace, singleActionSpace } = vector;
  let begun = false;
  return {
    count: numEnvs,
    observationSpace: singleObservationSpace,
    actionSpace: singleActionSpace,
    separate: false,
    reset(environment, seed) {
      const one = (i: number) => i === environment;
      const all = Array.from({ length: numEnvs }, (_, i) => i);
      // The first reset is of all of them.
      if (!begun) vector.reset({ seed: all.map(() => seed) });
      begun = true;
      const [observations, infos] = vector.reset({
        seed: all.map((i) => (one(i) ? seed : undefined)),
        resetMask: all.map(one),
      });
      return [elementOf(singleObservationSpace, observations, environment), infos[environment]!];
    },
    step(actions) {
      const [observations, rewards, terminations, truncations, infos] = vector.step(batch(singleActionSpace, actions));
      return Array.from({ length: numEnvs }, (_, i): StepResult<Value<O>> => {
        const info = infos[i]!;
        // Where it was reset at once, the last observation is in its info.
        const observation =
          'final_obs' in info ? (info.final_obs as Value<O>) : elementOf(singleObservationSpace, observations, i);
        return [observation, rewards[i]!, terminations[i] === 1, truncations[i] === 1, info];
      });
    },
    stepOne() {
      throw new InputError(
        'setting',
        'learners: environments of a vectorEnv step together, so a checkpoint can not play their episodes again; give what makes them: env: () => …, envs: 8',
      );
    },
    close: () => vector.close(),
  };
}
