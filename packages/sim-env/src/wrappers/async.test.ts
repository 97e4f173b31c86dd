import { expect, it } from 'vitest';
import {
  box,
  clipAction,
  clipReward,
  definePerspective,
  discrete,
  type EnvError,
  flattenObservation,
  frameStack,
  generateAsyncEnv,
  makeStep,
  normalizeReward,
  recordStatistics,
  timeLimit,
  transformObservation,
  wrap,
} from '../index.ts';

/** Adds what it is told to a number, from 0, waiting in between. */
class SlowCounter {
  total = 0;
  reset(): void {
    this.total = 0;
  }
  async run(): Promise<void> {
    for (let i = 0; i < 5; i++) {
      this.total += await this.decide();
      await Promise.resolve();
    }
  }
  async decide(): Promise<number> {
    return 1;
  }
}

const counting = definePerspective({
  name: 'slow counting',
  observationSpace: box({ low: -100, high: 100 }),
  actionSpace: box({ low: -1, high: 2 }),
  observation: ({ total }: SlowCounter) => Float32Array.of(total),
  action: (by: Float32Array) => by[0]!,
  reward: ({ total }) => total,
  final: ({ total }: SlowCounter) => ({ reward: total }),
});
makeStep(SlowCounter.prototype, 'decide', counting);
const counter = generateAsyncEnv({ name: 'slow', simulation: () => new SlowCounter(), decision: counting });
const by = (x: number) => Float32Array.of(x);

it('wraps an asynchronous environment as any other, in promises', async () => {
  const env = timeLimit(clipReward(clipAction(counter()), -1, 3), 3);
  expect((await env.reset())[0]).toEqual(by(0));
  expect((await env.step(by(50))).slice(0, 2)).toEqual([by(2), 2]);
  expect((await env.step(by(50))).slice(0, 2)).toEqual([by(4), 3]);
  expect((await env.step(by(1))).slice(2, 4)).toEqual([false, true]);
  // A rejection, where a synchronous environment throws.
  const refused = env.step(by(1));
  await expect(refused).rejects.toThrow('after the end');
  await expect(refused.catch((error: EnvError) => error.code)).resolves.toBe('state');
  await env.close();
});

it('keeps what its layers gather', async () => {
  const env = recordStatistics(normalizeReward(frameStack(counter(), 2), 0.5));
  expect((await env.reset())[0]).toEqual(Float32Array.of(0, 0));
  expect((await env.step(by(1)))[0]).toEqual(Float32Array.of(0, 1));
  expect((await env.step(by(1)))[1]).toBeCloseTo(2 / Math.sqrt(0.5625), 6);
  for (let i = 0; i < 2; i++) await env.step(by(1));
  expect((await env.step(by(1)))[4].episode).toMatchObject({ l: 5 });
});

it('transforms observations into another space', async () => {
  const env = transformObservation(counter(), discrete(200, { start: -100 }), ([total]) => total!);
  expect((await env.reset())[0]).toBe(0);
  expect((await env.step(by(2)))[0]).toBe(2);
  const flat = flattenObservation(env);
  expect((await flat.reset())[0]).toHaveLength(200);
});

it('takes the same action again where a layer wants nobody to see the result', async () => {
  let seen = 0;
  const env = wrap(counter(), { advanced: (result) => (++seen % 2 === 0 ? result : undefined) });
  await env.reset();
  expect((await env.step(by(2)))[0]).toEqual(by(4));
  expect(seen).toBe(2);
});
