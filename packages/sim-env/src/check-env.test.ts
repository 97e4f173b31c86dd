import { expect, it } from 'vitest';
import { walker } from '../test/walker.ts';
import { checkEnv } from './check-env.ts';
import type { Env } from './env/env.ts';
import { InventoryShop, InventorySupplier } from './models/index.ts';
import { box } from './spaces/index.ts';
import { transformObservation, wrap } from './wrappers/index.ts';

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
const shared: { page: number }[] = [{ page: 0 }];

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
  [
    'the info of step 1 writes to what step 0 gave; give a copy each time',
    (env: Env) => ({
      reset: (o: { seed?: number }) => [env.reset(o)[0], shared[0]] as never,
      step: (a: never) => {
        shared[0]!.page++;
        return [...env.step(a).slice(0, 4), shared[0]] as never;
      },
    }),
  ],
] as const)('says: %s', (message, change) => {
  expect(() => checkEnv(broken(change as never))).toThrow(message);
});

it('notices an environment that gives the same array at every step', () => {
  const page = new Float32Array(1);
  const space = box({ low: 0, high: 8 });
  const inner = walker({ maxEpisodeSteps: 20 });
  const fill = (place: number) => {
    page[0] = place;
    return page;
  };
  const env = wrap(inner, {
    observationSpace: space,
    opened: ([place]) => [fill(place), {}],
    advanced: ([place, ...rest]) => [fill(place), ...rest],
  });
  expect(() => checkEnv(env)).toThrow('the observation of step 1 writes to what step 0 gave; give a copy each time');
  // One that transforms may use an array again.
  expect(() => checkEnv(transformObservation(inner, space, fill))).not.toThrow();
  expect(() => checkEnv(inner, { step: 3 } as never)).toThrow('did you mean steps?');
});
