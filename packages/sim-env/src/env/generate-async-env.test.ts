import { expect, it } from 'vitest';
import { definePerspective, discrete, generateAsyncEnv, generateEnv, makeStep, runAsyncWithAgent } from '../index.ts';

class Waiter {
  place = 0;
  left = 0;
  mode = '';
  unwound = 0;
  reset(seed: number, options: unknown): void {
    this.place = seed % 8;
    this.mode = String(options);
    this.left = 5;
  }
  async run(): Promise<void> {
    try {
      while (this.left-- > 0) {
        if (this.mode === 'hangs') await new Promise(() => {});
        if (this.mode === 'fails' && this.left === 3) throw new TypeError('broken');
        if (this.mode === 'at once') await Promise.all([this.decide(0), this.decide(1)]);
        await new Promise((resolve) => setTimeout(resolve, this.left % 2));
        this.place = (this.place + (await this.decide(this.place))) % 8;
      }
    } finally {
      this.unwound++;
    }
  }
  async decide(place: number): Promise<number> {
    return place;
  }
}

const view = definePerspective({
  name: 'waiting',
  observationSpace: discrete(8),
  actionSpace: discrete(2),
  observation: (_: Waiter, place: number) => place,
  action: (action: number) => action,
  reward: () => 1,
});
makeStep(Waiter.prototype, 'decide', view);
const waiters: Waiter[] = [];
const definition = {
  name: 'waiter',
  simulation: () => {
    const waiter = new Waiter();
    waiters.push(waiter);
    return waiter;
  },
  decision: view,
};
const waiter = generateAsyncEnv(definition);

it('steps an asynchronous model to its end', async () => {
  const env = waiter();
  expect(await env.reset({ seed: 6 })).toEqual([6, {}]);
  const places: number[] = [];
  for (;;) {
    const [place, , terminated] = await env.step(1);
    places.push(place);
    if (terminated) break;
  }
  expect(places).toEqual([7, 0, 1, 2, 2]);
  await expect(env.step(1)).rejects.toThrow('after the end');
  await env.close();
});

it('keeps environments apart that are stepped at the same time', async () => {
  const envs = [waiter(), waiter(), waiter()];
  await Promise.all(envs.map((env, i) => env.reset({ seed: i })));
  for (let k = 1; k <= 4; k++) {
    const results = await Promise.all(envs.map((env, i) => env.step(i % 2)));
    expect(results.map(([place]) => place)).toEqual([0, 1 + k, 2]);
  }
  await Promise.all(envs.map((env) => env.close()));
});

it('unwinds the model where it is reset or closed amid an episode', async () => {
  const env = waiter();
  const simulation = waiters.at(-1)!;
  for (let i = 0; i < 50; i++) {
    await env.reset();
    await env.step(0);
  }
  await env.close();
  expect(simulation.unwound).toBe(50);
  await expect(env.reset()).rejects.toThrow('after close');
});

it('brings errors of the model, of misuse and of time to the caller', async () => {
  const env = waiter({ timeout: 50 });
  await expect(env.step(0)).rejects.toThrow('before reset');
  await env.reset({ options: 'fails' });
  await expect(env.step(0)).rejects.toThrow('the model failed after decision 1: broken');
  await expect(env.reset({ options: 'hangs' })).rejects.toThrow('neither decided nor ended within 50 ms');
  await env.reset({ options: 'at once' });
  await expect(env.step(0)).rejects.toThrow('two decisions at once');
  await expect(env.reset({ seed: 1 })).resolves.toEqual([1, {}]);
  expect(() => generateEnv(definition)().reset({ options: 'hangs' })).toThrow(
    'returned a promise; use generateAsyncEnv',
  );
  await env.close();
});

it('calls an agent directly', async () => {
  const report = await runAsyncWithAgent(definition, () => 1, { seed: 1 });
  expect(report).toEqual({ steps: 5, return: 4, truncated: false });
});
