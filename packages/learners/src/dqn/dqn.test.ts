import { nodeRuntime } from '@unbraid/graph/node';
import { box, type Env, type Space } from '@unbraid/sim-env';
import { expect, test } from 'vitest';
import { endless } from '../../test/bandits.ts';
import { corridor } from '../../test/corridor.ts';
import { memoryStore } from '../../test/store.ts';
import {
  type DqnOptions,
  type DqnUpdate,
  decodePolicy,
  dqn,
  encodePolicy,
  evaluatePolicy,
  exportPolicy,
  forwardOf,
} from '../index.ts';
import { explorationAt, randomChoice } from './exploration.ts';

const short = {
  env: () => corridor(),
  batchSize: 32,
  hidden: [16],
  learningRate: 0.005,
  learningStarts: 100,
  targetPeriod: 50,
  discount: 0.9,
  explorationFraction: 0.5,
};

test.each([{ double: false }, { double: true, nSteps: 3, envs: 2 }])(
  'it learns the way through a corridor: %o',
  async (options) => {
    const { policy, timesteps, last } = await dqn({ ...short, ...options, timesteps: 2000, seed: 1 });
    expect(timesteps).toBe(2000);
    expect(last!.exploration).toBe(0.05);
    expect(last!.episodes).toBeGreaterThan(100);
    const { mean } = await evaluatePolicy(policy, corridor(), { episodes: 30 });
    // To the right from every place is 0.96 in the mean.
    expect(mean).toBeGreaterThan(0.9);
    const read = decodePolicy(encodePolicy(policy), { env: corridor() });
    expect(read.distribution.name).toBe('greedy');
    const again = await evaluatePolicy(read, corridor(), { episodes: 30, deterministic: false });
    expect(again.mean).toBe(mean);
    expect(exportPolicy(policy).length).toBeGreaterThan(100);
  },
);

const numbersOf = async (options: Partial<DqnOptions> = {}) => {
  const updates: DqnUpdate[] = [];
  const onUpdate = (update: DqnUpdate) => void updates.push({ ...update, seconds: 0 });
  const { policy } = await dqn({ ...short, timesteps: 400, seed: 3, onUpdate, ...options } as never);
  return { params: policy.params, updates };
};

test('the same seed gives the same numbers on any number of threads', async () => {
  const one = await numbersOf();
  expect(one.updates).toHaveLength(100);
  expect(await numbersOf({ runtime: nodeRuntime({ threads: 2 }) })).toEqual(one);
  expect((await numbersOf({ seed: 4 })).params).not.toEqual(one.params);
});

test('from a checkpoint it goes on with the same numbers, buffer and all', async () => {
  const whole = await numbersOf();
  const checkpoint = memoryStore(1000);
  const stopped = new AbortController();
  const onUpdate = ({ update }: DqnUpdate) => {
    if (update === 60) stopped.abort(new Error('enough'));
  };
  await expect(numbersOf({ checkpoint, signal: stopped.signal, onUpdate })).rejects.toThrow('enough');
  expect(await numbersOf({ checkpoint })).toEqual({ ...whole, updates: whole.updates.slice(60) });
  // All is done: nothing is learnt any more.
  expect(await numbersOf({ checkpoint })).toEqual({ ...whole, updates: [] });
  await expect(numbersOf({ checkpoint, discount: 0.5 })).rejects.toThrow('learning with discount 0.9, now it is 0.5');
});

test('what a mask forbids is never done', async () => {
  let forbidden = 0;
  const watched = () => {
    const env = corridor();
    let mask: Int8Array;
    return {
      ...env,
      reset(options: object) {
        const result = env.reset(options);
        mask = result[1].action_mask as Int8Array;
        return result;
      },
      step(action: number) {
        forbidden += Number(mask[action] === 0);
        const result = env.step(action);
        mask = result[4].action_mask as Int8Array;
        return result;
      },
    };
  };
  await dqn({ ...short, env: watched, timesteps: 600 });
  expect(forbidden).toBe(0);
  await dqn({ ...short, env: watched, timesteps: 600, actionMasks: false });
  expect(forbidden).toBeGreaterThan(0);
});

test('what comes after a truncation counts, after a termination not', async () => {
  const learnt = async (truncates: boolean) => {
    const { policy } = await dqn({ ...short, env: () => endless(truncates), timesteps: 1200, discount: 0.5 });
    return forwardOf(policy.model, policy.params, 1)(Float32Array.of(0))[0]!;
  };
  expect(await learnt(false)).toBeCloseTo(1, 1);
  // 1 + γ + γ² + …
  expect(await learnt(true)).toBeCloseTo(2, 1);
});

test('exploration falls evenly, and is among what is allowed', () => {
  const exploration = { initial: 1, final: 0.1, fraction: 0.5 };
  expect([0, 0.25, 0.5, 1].map((share) => explorationAt(exploration, share))).toEqual([1, 0.55, 0.1, 0.1]);
  expect(explorationAt({ ...exploration, fraction: 0 }, 0)).toBe(0.1);
  const first = { int: () => 0 };
  expect(randomChoice(first as never, 4, Uint8Array.of(0, 0, 1, 1))).toBe(2);
  expect(randomChoice({ int: (n: number) => n - 1 } as never, 4, Uint8Array.of(1, 0, 1, 0))).toBe(2);
});

test.each<[object, string]>([
  [{ hidden: [0] }, "learners: dqn's hidden[0] is 0; an integer of at least 1 is needed"],
  [{ gamma: 0.9 }, 'learners: dqn has no setting "gamma"'],
  [{ tau: 2 }, "learners: dqn's tau is 2; a finite number of at least 0 and at most 1 is needed"],
  [{ gradientSteps: -2 }, "learners: dqn's gradientSteps is -2"],
  [{ learningRate: Number.NaN }, "learners: dqn's learningRate is NaN"],
])('settings that can not be are refused in one line: %o', async (options, message) => {
  await expect(dqn({ ...short, timesteps: 64, ...options } as never)).rejects.toThrow(message);
});

test('environments that it is not for, or that show NaN, are refused', async () => {
  const boxed = () => ({ ...corridor(), actionSpace: box({ low: 0, high: 1 }) }) as unknown as Env<Space, Space>;
  await expect(dqn({ ...short, env: boxed as never, timesteps: 64 })).rejects.toThrow('and greedy takes Discrete');
  const sick = () => ({ ...corridor(), step: () => [Float32Array.of(0), Number.NaN, false, false, {}] as never });
  await expect(dqn({ ...short, env: sick, timesteps: 64 })).rejects.toThrow('the reward of environment 0 is NaN');
});
