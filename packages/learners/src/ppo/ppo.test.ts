import { nodeRuntime } from '@unbraid/graph/node';
import { decodeState, encodeState, type SavedState } from '@unbraid/nn';
import { vectorEnv } from '@unbraid/sim-env';
import { expect, test } from 'vitest';
import { endless, guessing } from '../../test/bandits.ts';
import { corridor } from '../../test/corridor.ts';
import {
  decodePolicy,
  encodePolicy,
  evaluatePolicy,
  forwardOf,
  linearDecay,
  mlp,
  type PpoUpdate,
  ppo,
} from '../index.ts';

const short = { env: () => corridor(), envs: 4, rolloutSteps: 32, batchSize: 32, hidden: [16], learningRate: 0.01 };

/** To the right from every place. */
const BEST = 0.94;

test('it learns the way through a corridor, and what it learnt can be saved', async () => {
  const updates: PpoUpdate[] = [];
  const { policy, timesteps, last } = await ppo({
    ...short,
    timesteps: 5000,
    seed: 1,
    onUpdate: (update) => void updates.push(update),
  });
  expect(timesteps).toBe(5120);
  expect(updates.map(({ update }) => update)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  expect(last).toEqual(updates.at(-1));
  expect(last!.meanReturn).toBeGreaterThan(0.8);
  expect(last!.entropy).toBeLessThan(updates[0]!.entropy);
  const { mean } = await evaluatePolicy(policy, corridor(), { episodes: 30 });
  expect(mean).toBeGreaterThan(BEST - 0.02);
  const again = await evaluatePolicy(decodePolicy(encodePolicy(policy), { env: corridor() }), corridor(), {
    episodes: 30,
  });
  expect(again.mean).toBe(mean);
  expect(() => decodePolicy(encodePolicy(policy), { env: guess() })).toThrow('is for another environment');
});

/** Actions of −1 to 1. */
const guess = () => guessing(1);

test.each([
  { shared: false, normalizeObservations: false, normalizeRewards: false },
  { shared: true, normalizeObservations: true, normalizeRewards: true },
])('it learns actions of a Box: %o', async (options) => {
  const { policy, last } = await ppo({
    env: guess,
    envs: 4,
    timesteps: 8000,
    rolloutSteps: 64,
    learningRate: linearDecay(0.01),
    hidden: [16],
    discount: 0,
    logStd: -0.5,
    ...options,
  });
  const { mean } = await evaluatePolicy(policy, guess(), { episodes: 20 });
  // A tenth of a guess of 0, which costs 2.5 an episode.
  expect(mean).toBeGreaterThan(-0.5);
  expect(last!.explainedVariance).toBeLessThanOrEqual(1);
});

const numbersOf = async (options: Partial<Parameters<typeof ppo>[0]> = {}) => {
  const updates: PpoUpdate[] = [];
  const onUpdate = (update: PpoUpdate) => void updates.push({ ...update, seconds: 0 });
  const { policy } = await ppo({ ...short, timesteps: 640, seed: 3, onUpdate, ...options } as never);
  return { params: policy.params, updates, normalization: policy.normalization };
};

test('the same seed gives the same numbers on any number of threads, and with environments that step together', async () => {
  const one = await numbersOf();
  expect(await numbersOf({ runtime: nodeRuntime({ threads: 1 }) })).toEqual(one);
  expect(await numbersOf({ runtime: nodeRuntime({ threads: 3 }) })).toEqual(one);
  for (const autoreset of ['disabled', 'next-step', 'same-step'] as const) {
    const makers = Array.from({ length: 4 }, () => () => corridor());
    const env = vectorEnv(makers, { autoreset });
    const { envs, ...rest } = { ...short, env };
    const updates: PpoUpdate[] = [];
    const together = await ppo({ ...rest, timesteps: 640, seed: 3, onUpdate: (update) => void updates.push(update) });
    expect(together.policy.params).toEqual(one.params);
    expect(updates.at(-1)!.meanReturn).toBe(one.updates.at(-1)!.meanReturn);
  }
  expect((await numbersOf({ seed: 4 })).params).not.toEqual(one.params);
});

test('from a checkpoint it goes on with the same numbers', async () => {
  const options = { normalizeObservations: true, normalizeRewards: true };
  const whole = await numbersOf(options);
  let saved: SavedState | undefined;
  const checkpoint = {
    load: async () => saved && decodeState(encodeState(saved)),
    save: async (state: SavedState) => {
      saved = state;
    },
  };
  const stopped = new AbortController();
  const until = (update: PpoUpdate) => {
    if (update.update === 2) stopped.abort(new Error('enough'));
  };
  const first = ppo({
    ...short,
    ...options,
    timesteps: 640,
    seed: 3,
    checkpoint,
    signal: stopped.signal,
    onUpdate: until,
  });
  await expect(first).rejects.toThrow('enough');
  const rest = await numbersOf({ ...options, checkpoint });
  expect(rest).toEqual({ ...whole, updates: whole.updates.slice(2) });
  // All is done: nothing is learnt any more.
  expect(await numbersOf({ ...options, checkpoint })).toEqual({ ...whole, updates: [] });
  await expect(numbersOf({ ...options, checkpoint, discount: 0.5 })).rejects.toThrow(
    'learners: the checkpoint is of learning with discount 0.99, now it is 0.5',
  );
  const random = () => {
    const env = corridor();
    return { ...env, reset: () => env.reset({ seed: Math.floor(Math.random() * 1e6) }) };
  };
  await expect(ppo({ ...short, ...options, env: random, timesteps: 6400, seed: 3, checkpoint })).rejects.toThrow(
    'when the checkpoint was saved; let its chance follow from the seed of reset alone',
  );
});

test('what a mask forbids is never done', async () => {
  let forbidden = 0;
  const watched = () => {
    const env = corridor();
    let mask: unknown;
    const seen = <T extends { readonly action_mask?: unknown }>(info: T) => {
      mask = info.action_mask;
      return info;
    };
    return {
      ...env,
      reset(options: { readonly seed?: number }) {
        const [observation, info] = env.reset(options);
        return [observation, seen(info)] as [typeof observation, typeof info];
      },
      step(action: number) {
        forbidden += Number((mask as Int8Array)[action] === 0);
        const result = env.step(action);
        seen(result[4]);
        return result;
      },
    };
  };
  await ppo({ ...short, env: watched, timesteps: 512, seed: 2 });
  expect(forbidden).toBe(0);
  await ppo({ ...short, env: watched, timesteps: 512, seed: 2, actionMasks: false });
  expect(forbidden).toBeGreaterThan(0);
});

test('what comes after a truncation counts, after a termination not', async () => {
  const learnt = async (truncates: boolean) => {
    let explained = 0;
    const options = { envs: 2, timesteps: 6000, rolloutSteps: 32, hidden: [8], learningRate: 0.02, discount: 0.5 };
    const onUpdate = ({ valueLoss }: PpoUpdate) => {
      explained = valueLoss;
    };
    const { valueParams } = await ppo({ env: () => endless(truncates), ...options, onUpdate });
    expect(explained).toBeLessThan(0.01);
    return forwardOf(mlp({ inputs: 1, hidden: [8], outputs: 1 }), valueParams, 1)(Float32Array.of(0))[0]!;
  };
  expect(await learnt(false)).toBeCloseTo(1, 1);
  // 1 + γ + γ² + …
  expect(await learnt(true)).toBeCloseTo(2, 1);
});

test.each<[object, string]>([
  [{ rolloutSteps: 0 }, "learners: ppo's rolloutSteps is 0; an integer of at least 1 is needed"],
  [{ gamma: 0.9 }, 'learners: ppo has no setting "gamma"'],
  [{ learningRate: -1 }, "learners: ppo's learningRate is -1; a finite number of at least 0"],
  [{ learningRate: () => Number.NaN }, "learners: ppo's learningRate is NaN when a share of 1 is done"],
  [{ shared: true, valueHidden: [3] }, "learners: ppo's valueHidden is for a value with layers of its own"],
  [{ env: [] }, 'learners: envs is 4, and 0 environments are given'],
])('settings that can not be are refused in one line: %o', async (options, message) => {
  await expect(ppo({ ...short, timesteps: 64, ...options } as never)).rejects.toThrow(message);
});

test('environments that show NaN, or rewards of it, are refused', async () => {
  const sick = (observation: number, reward: number) => () => ({
    ...corridor(),
    step: () => [Float32Array.of(observation), reward, false, false, {}] as never,
  });
  const run = (env: () => ReturnType<typeof corridor>) => ppo({ ...short, env, timesteps: 64 });
  await expect(run(sick(Number.NaN, 0))).rejects.toThrow('learners: step: the observations has 4 NaN values');
  await expect(run(sick(0, Number.NaN))).rejects.toThrow('learners: the reward of environment 0 is NaN');
});

test('divergence is an error with a code', async () => {
  await expect(ppo({ ...short, learningRate: 1e30, timesteps: 640 })).rejects.toMatchObject({ code: 'diverged' });
});
