import { InputError } from '@unbraid/checks';
import type { Random } from '@unbraid/kernels';
import type { Info, Space, Value } from '@unbraid/sim-env';
import type { Distribution } from '../distributions/distribution.ts';
import { checkObservations, type ObservationEncoder } from '../spaces/observations.ts';
import { createActionLog } from './action-log.ts';
import type { Environments } from './environments.ts';
import { type EpisodeTally, episodeTally } from './episode-tally.ts';

/** What became of an action. */
export interface Outcome {
  readonly reward: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
  /** Of the step, also where the next episode has begun since. */
  readonly info: Info;
}

/**
 * Environments that go from episode to episode: each is reset from a seed that depends on the learner's seed, its number and the episode's alone. So an episode can be played
 * again from its actions, which is how a checkpoint gets back to where it was.
 */
export interface Episodes {
  readonly count: number;
  /** Observations of all environments now, a row each, as they are. */
  readonly observations: Float32Array;
  /** Infos of all environments now. */
  readonly infos: readonly Info[];
  /** After a step: the last observation of those that have ended, a row each. */
  readonly finals: Float32Array;
  readonly tally: EpisodeTally;
  /** Begins the first episodes. */
  begin(): void;
  /** Acts in all of them; those that have ended begin their next episode. @param actions rows of the distribution's numbers */
  step(actions: Float32Array): readonly Outcome[];
  state(): Readonly<Record<string, Float64Array>>;
  /** Plays the episodes of a state again. @throws {InputError} `model`, where an environment doesn't do the same as then */
  restore(state: Readonly<Record<string, ArrayLike<number> | undefined>>): void;
}

/** Seeds of episodes are below this. */
const SEEDS = 2 ** 32 - 1;

/** Episodes of environments that a distribution's actions are for. */
export function episodesOf<O extends Space, A extends Space>(
  environments: Environments<O, A>,
  encoder: ObservationEncoder<O>,
  distribution: Distribution<A>,
  random: Random,
): Episodes {
  const { count } = environments;
  const { size } = encoder;
  const [observations, finals] = [new Float32Array(count * size), new Float32Array(count * size)];
  const infos: Info[] = [];
  const numbers = new Int32Array(count);
  const log = createActionLog(count, distribution.actionSize);
  const tally = episodeTally(count);

  function show(environment: number, observation: Value<O>, info: Info): void {
    encoder.write(observation, observations, environment * size);
    infos[environment] = info;
  }

  function reset(environment: number): void {
    const seed = random.split(environment).split(numbers[environment]!).int(SEEDS);
    const [observation, info] = environments.reset(environment, seed);
    show(environment, observation, info);
    log.clear(environment);
  }

  return {
    count,
    observations,
    infos,
    finals,
    tally,
    begin() {
      for (let environment = 0; environment < count; environment++) reset(environment);
      checkObservations('reset', observations, size);
    },
    step(actions) {
      const values = Array.from({ length: count }, (_, i) => distribution.actionAt(actions, i));
      const results = environments.step(values);
      for (let i = 0; i < count; i++) {
        const [observation, reward, terminated, truncated, info] = results[i]!;
        if (!Number.isFinite(reward))
          throw new InputError('not-finite', `learners: the reward of environment ${i} is ${reward}; mend its model`);
        log.add(i, actions);
        show(i, observation, info);
        tally.add(i, reward, terminated || truncated);
      }
      checkObservations('step', observations, size);
      return results.map(([, reward, terminated, truncated, info], i) => {
        if (terminated || truncated) {
          finals.set(observations.subarray(i * size, (i + 1) * size), i * size);
          numbers[i]!++;
          reset(i);
        }
        return { reward, terminated, truncated, info };
      });
    },
    state: () => ({
      'episodes.numbers': Float64Array.from(numbers),
      'episodes.observations': Float64Array.from(observations),
      ...log.state(),
      ...tally.state(),
    }),
    restore(state) {
      const shown = numbersOf(state, 'episodes.observations', count * size);
      numbers.set(numbersOf(state, 'episodes.numbers', count));
      tally.restore(state);
      for (let i = 0; i < count; i++) {
        reset(i);
        for (const actions of log.actionsOf(state, i)) {
          const [observation, , , , info] = environments.stepOne(i, distribution.actionAt(actions, 0));
          log.add(i, actions, 0);
          show(i, observation, info);
        }
      }
      const other = observations.findIndex((entry, i) => !Object.is(entry, Math.fround(shown[i]!)));
      if (other < 0) return;
      throw new InputError(
        'model',
        `learners: environment ${Math.floor(other / size)} shows ${observations[other]} where it showed ${shown[other]} when the checkpoint was saved; let its chance follow from the seed of reset alone, or begin anew`,
      );
    },
  };
}

/** @throws {InputError} `model`, where the state lacks it, or it has another length */
function numbersOf(
  state: Readonly<Record<string, ArrayLike<number> | undefined>>,
  name: string,
  length: number,
): ArrayLike<number> {
  const found = state[name];
  if (found?.length === length) return found;
  throw new InputError(
    'model',
    `learners: the checkpoint has ${found?.length ?? 'no'} entries of ${name}, ${length} are needed; it is of other environments, or damaged`,
  );
}
