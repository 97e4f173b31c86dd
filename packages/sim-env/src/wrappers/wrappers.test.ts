import { expect, it } from 'vitest';
import { walker } from '../../test/walker.ts';
import { box, definePerspective, dict, discrete, type Env, generateEnv, makeStep } from '../index.ts';
import {
  clipAction,
  clipReward,
  flattenObservation,
  frameStack,
  normalizeObservation,
  normalizeReward,
  recordStatistics,
  timeLimit,
  transformObservation,
  transformReward,
} from './index.ts';

/** Adds what it is told to a number, from 0. */
class Counter {
  total = 0;
  length = 5;
  reset(): void {
    this.total = 0;
  }
  *run(): Generator<unknown, void, unknown> {
    for (let i = 0; i < this.length; i++) this.total += yield* this.decide();
  }
  // biome-ignore lint/correctness/useYield: it decides on the spot
  *decide(): Generator<unknown, number, unknown> {
    return 1;
  }
}

const counting = definePerspective({
  name: 'counting',
  observationSpace: box({ low: -100, high: 100 }),
  actionSpace: box({ low: -1, high: 2 }),
  observation: ({ total }: Counter) => Float32Array.of(total),
  action: (by: Float32Array) => by[0]!,
  reward: ({ total }) => total,
});
makeStep(Counter.prototype, 'decide', counting);
const counter = generateEnv({ name: 'counter', simulation: () => new Counter(), decision: counting });
const by = (x: number) => Float32Array.of(x);

it('limits time without hiding an end', () => {
  const env = timeLimit(walker(), 2);
  expect(env.spec.maxEpisodeSteps).toBe(2);
  env.reset({ options: { length: 2 } });
  env.step(1);
  expect(env.step(1).slice(2, 4)).toEqual([true, false]);
  env.reset();
  env.step(1);
  expect(env.step(1).slice(2, 4)).toEqual([false, true]);
  expect(() => env.step(1)).toThrow('after the end');
  expect(() => timeLimit(walker(), 1.5)).toThrow('positive integer, got 1.5');
});

it('transforms observations and rewards', () => {
  const doubled = transformReward(counter(), (reward) => 2 * reward);
  const env = transformObservation(doubled, discrete(200, { start: -100 }), (observation) => observation[0]!);
  expect(env.reset()[0]).toBe(0);
  expect(env.step(by(2)).slice(0, 2)).toEqual([2, 4]);
  expect(env.observationSpace.type).toBe('Discrete');
});

it('clips actions and rewards', () => {
  const env = clipReward(clipAction(counter()), -1, 3);
  env.reset();
  expect(env.step(by(50)).slice(0, 2)).toEqual([by(2), 2]);
  expect(env.step(by(50)).slice(0, 2)).toEqual([by(4), 3]);
  expect(env.step(by(-50))[0]).toEqual(by(3));
  expect(env.actionSpace.contains(by(1e9))).toBe(true);
  expect(() => clipReward(counter(), 1, 0)).toThrow('low 1 is above high 0');
});

it('normalizes observations by all that it has seen', () => {
  const env = normalizeObservation(counter());
  const raw = [0, 2, 4, 3];
  const seen = [env.reset()[0], env.step(by(2))[0], env.step(by(2))[0], env.step(by(-1))[0]].map((o) => o[0]!);
  for (const [i, value] of seen.entries()) {
    const past = raw.slice(0, i + 1);
    const mean = past.reduce((a, b) => a + b) / past.length;
    const variance = i === 0 ? 1 : past.reduce((sum, x) => sum + (x - mean) ** 2, 0) / past.length;
    expect(value).toBeCloseTo((raw[i]! - mean) / Math.sqrt(variance), 5);
  }
});

it('normalizes rewards by their discounted sums', () => {
  const env = normalizeReward(counter(), 0.5);
  env.reset();
  // Rewards 1 and 2: sums 1 and 2.5, of variance 0.5625.
  expect(env.step(by(1))[1]).toBeCloseTo(1, 6);
  expect(env.step(by(1))[1]).toBeCloseTo(2 / Math.sqrt(0.5625), 6);
});

it('stacks frames, the oldest first', () => {
  const env = frameStack(counter(), 3);
  expect(env.observationSpace.shape).toEqual([3, 1]);
  expect(env.reset()[0]).toEqual(Float32Array.of(0, 0, 0));
  const first = env.step(by(1))[0];
  const second = env.step(by(2))[0];
  expect([first, second]).toEqual([Float32Array.of(0, 0, 1), Float32Array.of(0, 1, 3)]);
  expect(env.observationSpace.contains(second)).toBe(true);
  expect(() => frameStack(counter(), 0)).toThrow('count is a positive integer');
});

it('records the return and length of each episode', () => {
  const env = recordStatistics(counter());
  for (let episode = 0; episode < 2; episode++) {
    env.reset();
    for (let i = 0; i < 4; i++) expect(env.step(by(1))[4]).toEqual({});
    expect(env.step(by(1))[4].episode).toMatchObject({ r: 1 + 2 + 3 + 4, l: 5 });
  }
});

it('flattens observations', () => {
  const space = dict({ b: discrete(3), a: box({ low: 0, high: 9 }) });
  const inner = transformObservation(counter(), space, ([total]) => ({ b: 1, a: by(total!) }));
  const env: Env = flattenObservation(inner) as unknown as Env;
  expect(env.reset()[0]).toEqual(Float64Array.of(0, 0, 1, 0));
  expect(env.observationSpace.type).toBe('Box');
});
