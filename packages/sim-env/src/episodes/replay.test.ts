import { expect, it } from 'vitest';
import {
  box,
  definePerspective,
  discrete,
  type Env,
  type EnvError,
  generateAsyncEnv,
  generateEnv,
  makeStep,
  type Recording,
  recorder,
  recordStatistics,
  replay,
  type Space,
  timeLimit,
} from '../index.ts';
import { CartPole, InventoryShop } from '../models/index.ts';
import { createRandom } from '../random.ts';
import { encodeMessage } from '../server/wire.ts';
import { decodeRecording, encodeRecording } from './recording.ts';

/** A shop whose chance may come from outside its seed, and which says what it likes. */
class Till {
  static drift = 0;
  cash = 0;
  random = createRandom(0);
  reset(seed: number): void {
    this.random = createRandom(seed);
    this.cash = 0;
  }
  *run(): Generator<unknown, void, unknown> {
    for (let day = 0; day < 6; day++) this.cash += this.random.next() + (yield* this.spend()) + Till.drift;
  }
  // biome-ignore lint/correctness/useYield: it decides on the spot
  *spend(): Generator<unknown, number, unknown> {
    return 0;
  }
}
const spending = definePerspective({
  name: 'spending',
  observationSpace: box({ low: -100, high: 100, dtype: 'float64' }),
  actionSpace: discrete(3),
  observation: ({ cash }: Till) => Float64Array.of(cash),
  action: (euros: number) => -euros,
  reward: ({ cash }) => cash,
  info: ({ cash }) => ({ cash, sign: Float32Array.of(Math.sign(cash)) }),
});
makeStep(Till.prototype, 'spend', spending);
const till = generateEnv({ name: 'till', simulation: () => new Till(), decision: spending });

/** Plays until the end by random actions, and what was recorded. */
function recorded<O extends Space, A extends Space>(
  make: () => Env<O, A>,
  episodes: readonly { readonly seed?: number; readonly options?: unknown }[],
  steps = 1000,
): Recording[] {
  const recordings: Recording[] = [];
  const env = recorder(make(), { onEpisode: (recording) => recordings.push(recording) });
  env.actionSpace.seed(7);
  for (const options of episodes) {
    env.reset(options);
    for (let i = 0; i < steps; i++) {
      const [, , terminated, truncated] = env.step(env.actionSpace.sample() as never);
      if (terminated || truncated) break;
    }
  }
  env.close();
  return recordings;
}

it('plays episodes again to the bit, those of resets without a seed too', () => {
  const shop = () => timeLimit(InventoryShop(), 50);
  const recordings = recorded(shop, [{ seed: 3 }, {}, {}]);
  expect(recordings.map(({ actions, truncated }) => [actions.length, truncated])).toEqual(Array(3).fill([50, true]));
  expect(new Set(recordings.map(({ seed }) => seed)).size).toBe(3);
  for (const each of recordings) {
    const read = decodeRecording(encodeRecording(each));
    expect(read).toEqual(each);
    expect(replay(read, shop)).toEqual({ steps: 50 });
  }
});

it('seeds episodes as the environment would by itself', () => {
  const course = (env: Env<never, never>) => {
    env.reset({ seed: 5 });
    return [env.reset(), env.reset()];
  };
  const own = course(CartPole() as never);
  expect(course(recorder(CartPole(), { onEpisode() {} }) as never)).toEqual(own);
});

it('records what a reset or close leaves before its end, and nothing of a reset that never came back', () => {
  const [left, closed] = recorded(CartPole, [{ seed: 1 }, { options: { state: [0, 0, 0, 0] } }], 3);
  expect([left!.terminated, left!.truncated, left!.actions.length]).toEqual([false, false, 3]);
  expect(closed).toMatchObject({ options: { state: [0, 0, 0, 0] }, terminated: false });
  expect(replay(closed!, CartPole)).toEqual({ steps: 3 });
  const recordings: unknown[] = [];
  const env = recorder(CartPole(), { onEpisode: (recording) => recordings.push(recording) });
  expect(() => env.reset({ options: { state: 'wrong' } })).toThrow();
  env.close();
  expect(recordings).toEqual([]);
});

const flip = (words: Uint32Array, at: number) => words.set([words[at]! ^ 1], at);

it.each([
  ['an observation', (r: Recording) => flip(r.observations, 6), { step: 3, what: 'observation' }],
  ['the first observation', (r: Recording) => flip(r.observations, 1), { step: 0, what: 'observation' }],
  ['a reward', (r: Recording) => r.rewards.set([r.rewards[4]! + 1e-15], 4), { step: 5, what: 'reward' }],
  ['an info', (r: Recording) => Object.assign(r.infos[2]![1] as object, { cash: 7 }), { step: 2, what: 'info' }],
  [
    'an end',
    (r: Recording) => Object.assign(r, { terminated: false }),
    { step: 6, what: 'terminated', recorded: false, replayed: true },
  ],
])('says at which step %s differs', (_, change, difference) => {
  const [recording] = recorded(till, [{ seed: 2 }]);
  expect(replay(recording!, till)).toEqual({ steps: 6 });
  (change as (recording: Recording) => unknown)(recording!);
  const report = replay(recording!, till);
  expect(report.difference).toMatchObject(difference);
  expect(report.steps).toBe(Math.max(0, difference.step - 1));
});

it('notices a model that has changed, by a bit', () => {
  const [recording] = recorded(till, [{ seed: 2 }]);
  Till.drift = 1e-15;
  const { steps, difference } = replay(recording!, till);
  Till.drift = 0;
  expect([steps, difference?.what]).toEqual([0, 'observation']);
  expect(difference?.recorded).toMatch(/^[0-9a-f]{16}$/);
});

it('leaves out what need not be the same', () => {
  const timed = () => recordStatistics(till());
  const [recording] = recorded(timed, [{ seed: 2 }]);
  (recording!.infos.at(-1)![1] as { episode: { t: number } }).episode.t = -1;
  expect(replay(recording!, timed).difference).toMatchObject({ step: 6, what: 'info' });
  expect(replay(recording!, timed, { exceptInfo: ['episode'] })).toEqual({ steps: 6 });
});

it('refuses another environment', () => {
  const [recording] = recorded(till, [{ seed: 2 }]);
  const thrown = (() => {
    try {
      return replay(recording!, CartPole);
    } catch (error) {
      return error as EnvError;
    }
  })();
  expect(thrown).toMatchObject({ code: 'data' });
  expect((thrown as EnvError).message).toContain(
    'the observationSpace of CartPole is not that of the recording of till',
  );
});

/** The same with a run that awaits. */
class SlowTill {
  cash = 0;
  reset(seed: number): void {
    this.cash = seed;
  }
  async run(): Promise<void> {
    for (let day = 0; day < 4; day++) this.cash += await this.spend();
  }
  async spend(): Promise<number> {
    return 0;
  }
}
const slowly = definePerspective({
  name: 'slowly',
  observationSpace: box({ low: -100, high: 100, dtype: 'float64' }),
  actionSpace: discrete(3),
  observation: ({ cash }: SlowTill) => Float64Array.of(cash),
  action: (euros: number) => -euros,
  reward: ({ cash }) => cash,
});
makeStep(SlowTill.prototype, 'spend', slowly);
const slowTill = generateAsyncEnv({ name: 'slow till', simulation: () => new SlowTill(), decision: slowly });

it('records and replays an asynchronous environment', async () => {
  const recordings: Recording[] = [];
  const env = recorder(slowTill(), { onEpisode: (recording) => recordings.push(recording) });
  await env.reset({ seed: 4 });
  for (let i = 0; i < 4; i++) await env.step(1);
  await env.close();
  expect(recordings).toHaveLength(1);
  expect(await replay(recordings[0]!, slowTill)).toEqual({ steps: 4 });
  recordings[0]!.rewards[3] = 7;
  expect((await replay(recordings[0]!, slowTill)).difference).toMatchObject({ step: 4, what: 'reward' });
});

it.each([
  [{}, 'this is none'],
  [{ format: 'unbraid-episode', version: 2 }, 'this one is of version 2'],
  [{ format: 'unbraid-episode', version: 1 }, 'the part env is missing'],
])('refuses to read %j', (message, said) => {
  expect(() => decodeRecording(encodeMessage(message))).toThrow(said);
});

it('refuses recordings whose parts do not fit', () => {
  const [recording] = recorded(till, [{ seed: 2 }]);
  const read = (change: Partial<Recording>) => () => decodeRecording(encodeRecording({ ...recording!, ...change }));
  expect(read({ rewards: new Float64Array(5) })).toThrow('there are 6 actions, 5 rewards and 7 observations');
  expect(read({ actions: [0, 1, 2, 0, 1, 3] })).toThrow('the action of step 6 is outside its space');
  expect(read({ rewards: new Float64Array(6).fill(Number.NaN) })).toThrow('the reward of step 1 is NaN');
  expect(read({ infos: [[9, {}]] })).toThrow('info 0 is of step 9, expected 0 to 6');
  expect(read({ actionSpace: { type: 'Cube' } as never })).toThrow("its action space can't be made");
  expect(() => decodeRecording(Uint8Array.of(0xc1))).toThrow(/^sim-env: recording: this is no MessagePack message/);
  expect(() => encodeRecording({ ...recording!, infos: [[1, { f: () => 1 }]] })).toThrow("infos can't be stored");
});
