import { nodeRuntime } from '@unbraid/graph/node';
import { expect, test } from 'vitest';
import { guessing } from '../../test/bandits.ts';
import { corridor } from '../../test/corridor.ts';
import { memoryStore } from '../../test/store.ts';
import {
  decodePolicy,
  encodePolicy,
  evaluatePolicy,
  exportPolicy,
  type SacOptions,
  type SacUpdate,
  sac,
} from '../index.ts';

const short = { env: () => guessing(), batchSize: 32, hidden: [16, 16], learningRate: 0.01, discount: 0 };

test('it learns actions of a Box, and how random they are to be', async () => {
  const { policy, timesteps, last } = await sac({ ...short, timesteps: 1000, seed: 1 });
  expect(timesteps).toBe(1000);
  expect(last!.entropyCoefficient).toBeLessThan(0.5);
  const { mean } = await evaluatePolicy(policy, guessing(), { episodes: 20 });
  // A tenth of what random actions cost, which is 12 an episode.
  expect(mean).toBeGreaterThan(-1.2);
  const read = decodePolicy(encodePolicy(policy), { env: guessing() });
  expect((await evaluatePolicy(read, guessing(), { episodes: 20 })).mean).toBe(mean);
  expect(exportPolicy(policy).length).toBeGreaterThan(100);
});

const numbersOf = async (options: Partial<SacOptions> = {}) => {
  const updates: SacUpdate[] = [];
  const onUpdate = (update: SacUpdate) => void updates.push({ ...update, seconds: 0 });
  const { policy } = await sac({ ...short, timesteps: 180, seed: 3, onUpdate, ...options } as never);
  return { params: policy.params, updates };
};

test('the same seed gives the same numbers on any number of threads', async () => {
  const one = await numbersOf();
  expect(one.updates).toHaveLength(180);
  // 100 steps are made before it learns, and the one after them is learnt from.
  expect(one.updates.at(-1)!.gradientSteps).toBe(80);
  expect(await numbersOf({ runtime: nodeRuntime({ threads: 2 }) })).toEqual(one);
  expect((await numbersOf({ seed: 4 })).params).not.toEqual(one.params);
  const rounds = await numbersOf({ trainFrequency: 10, gradientSteps: -1, envs: 2, nSteps: 2 });
  expect(rounds.updates.at(-1)).toMatchObject({ update: 9, timesteps: 180, gradientSteps: 40 });
});

test('from a checkpoint it goes on with the same numbers, α and all', async () => {
  const whole = await numbersOf();
  const checkpoint = memoryStore(1000);
  const stopped = new AbortController();
  const onUpdate = ({ update }: SacUpdate) => {
    if (update === 130) stopped.abort(new Error('enough'));
  };
  await expect(numbersOf({ checkpoint, signal: stopped.signal, onUpdate })).rejects.toThrow('enough');
  expect(await numbersOf({ checkpoint })).toEqual({ ...whole, updates: whole.updates.slice(130) });
});

test('an entropy coefficient that is given stays', async () => {
  const { updates } = await numbersOf({ entropyCoefficient: 0.25 });
  expect(new Set(updates.map(({ entropyCoefficient }) => entropyCoefficient))).toEqual(new Set([0.25]));
});

test('spaces and settings that can not be are refused in one line', async () => {
  const run = (options: object) => sac({ ...short, timesteps: 10, ...options } as never);
  await expect(run({ env: corridor })).rejects.toThrow('and squashed-gaussian takes a Box');
  await expect(run({ entropyCoefficient: 'learnt' })).rejects.toThrow('a finite number of at least 0, or "auto",');
  await expect(run({ double: true })).rejects.toThrow('learners: sac has no setting "double"');
});
