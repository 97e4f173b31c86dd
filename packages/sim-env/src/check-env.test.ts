import { expect, it } from 'vitest';
import { walker } from '../test/walker.ts';
import { checkEnv } from './check-env.ts';
import type { Env } from './env/env.ts';
import { InventoryShop, InventorySupplier } from './models/index.ts';

it('passes the environments of a coroutine model', () => {
  for (const env of [walker({ maxEpisodeSteps: 20 }), InventoryShop(), InventorySupplier()] as unknown as Env[]) {
    expect(() => checkEnv(env)).not.toThrow();
  }
});

const broken = (change: (env: Env) => Partial<Env>): Env => {
  const env = walker({ maxEpisodeSteps: 20 }) as unknown as Env;
  return { ...env, ...change(env) };
};

let calls = 0;

it.each([
  [
    'the observation of step 1 is outside its space',
    (env: Env) => ({
      step: (a: never) => {
        const r = env.step(a);
        r[0] = 99 as never;
        return r;
      },
    }),
  ],
  [
    'the reward of step 1 is Infinity',
    (env: Env) => ({
      step: (a: never) => {
        const r = env.step(a);
        r[1] = Infinity;
        return r;
      },
    }),
  ],
  [
    'expected two booleans',
    (env: Env) => ({
      step: (a: never) => {
        const r = env.step(a);
        r[2] = 0 as never;
        return r;
      },
    }),
  ],
  [
    'the info of step 1 is null',
    (env: Env) => ({
      step: (a: never) => {
        const r = env.step(a);
        r[4] = null as never;
        return r;
      },
    }),
  ],
  ['step 1 returns 4 parts', (env: Env) => ({ step: (a: never) => env.step(a).slice(0, 4) as never })],
  ['reset returns 1 parts', (env: Env) => ({ reset: (o: { seed?: number }) => env.reset(o).slice(0, 1) as never })],
  ['step takes an action outside its space', () => ({ step: (() => [0, 0, false, false, {}]) as never })],
  ['reset takes -1 as a seed', (env: Env) => ({ reset: () => env.reset() })],
  [
    'the same seed and actions give another course at step 1',
    (env: Env) => ({
      step: (a: never) => {
        const r = env.step(a);
        r[1] = calls++;
        return r;
      },
    }),
  ],
] as const)('says: %s', (message, change) => {
  expect(() => checkEnv(broken(change as never))).toThrow(message);
});
