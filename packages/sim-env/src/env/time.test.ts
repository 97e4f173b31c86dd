import { expect, it } from 'vitest';
import {
  checkEnv,
  createQAgent,
  createRandom,
  definePerspective,
  discrete,
  discretizeDiscrete,
  type EnvError,
  generateAsyncEnv,
  generateEnv,
  learnEpisode,
  learnRun,
  makeStep,
  observeElapsedTime,
  recorder,
  replay,
  stepsBetweenDecisions,
  vectorEnv,
} from '../index.ts';

/** Calls come at times that differ; waiting for one is worth less the longer it takes. */
class Calls {
  clock = 0;
  at = 0;
  taken = 0;
  static backwards = false;
  reset(seed: number): void {
    [this.clock, this.at, this.taken] = [seed, 0, 0];
  }
  *run(): Generator<unknown, void, unknown> {
    for (const wait of [0.5, 2, 0, 4]) {
      this.taken = yield* this.take(this.at);
      this.clock += Calls.backwards ? -wait : wait;
      this.at++;
    }
  }
  // biome-ignore lint/correctness/useYield: it decides on the spot
  *take(_at: number): Generator<unknown, number, unknown> {
    return 0;
  }
}
const taking = definePerspective({
  name: 'taking',
  observationSpace: discrete(5),
  actionSpace: discrete(2),
  observation: (_: Calls, at: number) => at,
  action: (taken: number) => taken,
  reward: ({ taken }) => taken,
  time: ({ clock }) => clock,
  final: ({ taken, clock }: Calls) => ({ observation: 4, reward: taken, time: clock, info: { bye: 1 } }),
});
makeStep(Calls.prototype, 'take', taking);
const calls = generateEnv({ name: 'calls', simulation: () => new Calls(), decision: taking });

it('tells the time of each decision, and of the end', () => {
  const env = calls();
  const times = [env.reset({ seed: 3 })[1].time, ...[0, 1, 0].map((action) => env.step(action)[4].time)];
  expect(times).toEqual([3, 3.5, 5.5, 5.5]);
  expect(env.step(0)[4]).toEqual({ bye: 1, time: 9.5 });
  checkEnv(env, { steps: 20 });
});

it('lets an agent observe the time between decisions', () => {
  const env = observeElapsedTime(calls());
  expect(env.reset({ seed: 3 })[0]).toEqual({ observation: 0, elapsed: Float64Array.of(0) });
  expect(env.step(1).slice(0, 2)).toEqual([{ observation: 1, elapsed: Float64Array.of(0.5) }, 1]);
  expect([1, 1, 1].map((action) => env.step(action)[4].elapsed)).toEqual([2, 0, 4]);
  checkEnv(env, { steps: 20 });
  const held = observeElapsedTime(stepsBetweenDecisions(calls(), 3));
  held.reset({ seed: 3 });
  expect(held.step(1)[4].elapsed).toBe(3);
});

const agentWith = (discount: number) =>
  createQAgent({
    observations: discretizeDiscrete(discrete(5)),
    actions: discretizeDiscrete(discrete(2)),
    random: createRandom(1),
    discount,
    learningRate: 1,
    exploration: 1,
  });

it('discounts what comes by the time that passes: γ^Δt', () => {
  const agent = agentWith(0.5);
  // The best that can be had in observation 1 is 8.
  agent.learn(1, 1, 8, 4, true);
  agent.learn(0, 0, 1, 1, false, { elapsed: 3 });
  expect(agent.table[0]).toBe(1 + 0.5 ** 3 * 8);
  agent.learn(0, 0, 1, 1, false, {});
  expect(agent.table[0]).toBe(1 + 0.5 * 8);
  agent.learn(0, 0, 1, 1, false, { elapsed: 0 });
  expect(agent.table[0]).toBe(9);
});

it('finds the values of a semi-Markov decision process, in an environment and without one', () => {
  const discount = 0.9;
  // Always taking a call gives 1 for each, discounted by the waits 0.5, 2, 0 before the next ones.
  const expected = 1 + discount ** 0.5 * (1 + discount ** 2 * (1 + discount ** 0 * 1));
  const inEnv = agentWith(discount);
  const env = calls();
  for (let i = 0; i < 60; i++) learnEpisode(env, inEnv, i);
  const inRun = agentWith(discount);
  for (let i = 0; i < 60; i++) learnRun(calls.definition, inRun, { seed: i });
  expect(Math.max(...inEnv.table.subarray(0, 2))).toBeCloseTo(expected, 12);
  expect(inRun.table).toEqual(inEnv.table);
});

it('refuses a clock that goes back, or is none', () => {
  const env = observeElapsedTime(calls());
  Calls.backwards = true;
  env.reset({ seed: 3 });
  expect(() => env.step(1)).toThrow('the time between two decisions is -0.5 (from 3 to 2.5)');
  const agent = agentWith(0.9);
  expect(() => learnEpisode(calls(), agent, 3)).toThrow('expected a finite number, 0 or more');
  Calls.backwards = false;
  const noClock = definePerspective({ ...taking, name: 'no clock', time: () => Number.NaN });
  makeStep(Calls.prototype, 'take', noClock);
  const timeless = generateEnv({ name: 'timeless', simulation: () => new Calls(), decision: noClock })();
  const thrown = () => timeless.reset({ seed: 1 });
  expect(thrown).toThrow('perspective no clock: the time is NaN, expected a finite number');
});

it('holds an action, sums rewards with their discount, and ends where the episode does', () => {
  const env = stepsBetweenDecisions(calls(), 3, { discount: 0.5 });
  env.reset({ seed: 0 });
  expect(env.step(1)).toEqual([3, 1.75, false, false, { time: 2.5, elapsed: 3 }]);
  expect(env.step(1)).toEqual([4, 1, true, false, { bye: 1, time: 6.5, elapsed: 1 }]);
  env.reset({ seed: 0 });
  expect(env.step(1)[1]).toBe(1.75);
  checkEnv(env, { steps: 20 });
  for (const [steps, options] of [[0], [1.5], [2, { discount: 2 }]] as const)
    expect(() => stepsBetweenDecisions(calls(), steps, options)).toThrow('stepsBetweenDecisions: ');
});

it('holds actions in vectors and recordings as in environments', () => {
  const held = () => stepsBetweenDecisions(calls(), 2);
  const envs = vectorEnv([held, held]);
  envs.reset({ seed: 1 });
  expect(envs.step(Int32Array.of(1, 0))[1]).toEqual(Float64Array.of(2, 0));
  let replayed: unknown;
  const env = recorder(held(), { onEpisode: (recording) => (replayed = replay(recording, held)) });
  env.reset({ seed: 5 });
  env.step(1);
  env.step(0);
  expect(replayed).toEqual({ steps: 2 });
});

/** Counts up, waiting. */
class Slow {
  total = 0;
  reset(): void {
    this.total = 0;
  }
  async run(): Promise<void> {
    for (let i = 0; i < 5; i++) this.total += await this.add();
  }
  async add(): Promise<number> {
    return 0;
  }
}
const adding = definePerspective({
  name: 'adding slowly',
  observationSpace: discrete(6),
  actionSpace: discrete(2),
  observation: ({ total }: Slow) => total,
  action: (by: number) => by,
  reward: ({ total }) => total,
});
makeStep(Slow.prototype, 'add', adding);

it('holds an action of an asynchronous environment', async () => {
  const slow = generateAsyncEnv({ name: 'slow adder', simulation: () => new Slow(), decision: adding });
  const env = stepsBetweenDecisions(slow(), 2);
  await env.reset();
  expect((await env.step(1)).slice(0, 2)).toEqual([2, 3]);
  const unheld = await observeElapsedTime(slow()).reset();
  expect(unheld[0].observation).toBe(0);
});

it('says what kind of error a wrong time is', () => {
  try {
    agentWith(0.9).learn(0, 0, 1, 1, false, { elapsed: 'long' });
  } catch (error) {
    expect((error as EnvError).code).toBe('data');
    return;
  }
  throw new Error('nothing was thrown');
});
