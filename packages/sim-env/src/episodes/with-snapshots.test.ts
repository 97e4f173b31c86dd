import { expect, it } from 'vitest';
import { type Env, type EnvError, frameStack, type ModelError, normalizeObservation, timeLimit } from '../index.ts';
import { CartPole, InventoryShop, MountainCar, Pendulum } from '../models/index.ts';
import { decodeSnapshot, type EnvSnapshot, encodeSnapshot } from './snapshot.ts';
import { type Snapshots, withSnapshots } from './with-snapshots.ts';

type Kept = Env<never, never> & Snapshots<unknown>;

const shop = () => withSnapshots(timeLimit(InventoryShop(), 60)) as unknown as Kept;
const stacked = () => withSnapshots(frameStack(CartPole() as never, 3)) as unknown as Kept;

/** Steps by actions that follow from the number. */
function play(env: Kept, from: number, to: number): unknown[] {
  const { actionSpace, step } = env as unknown as Env;
  return Array.from({ length: to - from }, (_, i) => {
    actionSpace.seed(from + i);
    return step(actionSpace.sample() as never);
  });
}

const passed = (snapshot: EnvSnapshot): EnvSnapshot => decodeSnapshot(encodeSnapshot(snapshot));

it.each([
  ['by state', () => withSnapshots(CartPole()) as unknown as Kept, 'state', 8],
  ['by state', () => withSnapshots(MountainCar()) as unknown as Kept, 'state', 40],
  ['by state', () => withSnapshots(Pendulum()) as unknown as Kept, 'state', 40],
  ['by replay, in wrappers', shop, 'replay', 40],
  ['by replay, in wrappers that have a memory', stacked, 'replay', 8],
])('%s: goes on from a snapshot as the environment did, in it and in another', (_, make, how, steps) => {
  const env = make();
  env.reset({ seed: 4 });
  env.reset();
  play(env, 0, 5);
  const snapshot = passed(env.snapshot());
  expect(snapshot.how).toBe(how);
  const after = play(env, 5, steps);
  // And the episodes after it.
  const next = [env.reset(), env.reset()];
  for (const there of [env, make()]) {
    const [observation, info] = there.restore(snapshot) as [unknown, unknown];
    expect([observation, info]).toEqual([snapshot.observation, snapshot.info]);
    expect(play(there, 5, steps)).toEqual(after);
    expect([there.reset(), there.reset()]).toEqual(next);
  }
});

it('counts the steps before a snapshot by state', () => {
  const env = withSnapshots(MountainCar({ maxEpisodeSteps: 4 })) as unknown as Kept;
  env.reset({ seed: 1 });
  play(env, 0, 3);
  const snapshot = env.snapshot();
  for (let i = 0; i < 2; i++) {
    env.restore(snapshot);
    expect((play(env, 3, 4)[0] as unknown[])[3]).toBe(true);
  }
});

it('keeps an end an end', () => {
  const env = shop();
  env.reset({ seed: 1 });
  play(env, 0, 60);
  const snapshot = passed(env.snapshot());
  expect(snapshot.how).toBe('ended');
  const next = env.reset();
  const other = shop();
  other.restore(snapshot);
  expect(() => play(other, 0, 1)).toThrow('after the end of the episode');
  expect(other.reset()).toEqual(next);
});

it('is not changed by what happens to an observation, or to the environment, afterwards', () => {
  const env = withSnapshots(Pendulum()) as unknown as Kept;
  const [observation] = env.reset({ seed: 1 }) as unknown as [Float32Array];
  const snapshot = env.snapshot();
  const before = structuredClone(snapshot);
  observation.fill(9);
  play(env, 0, 3);
  expect(snapshot).toEqual(before);
  expect(env.restore(snapshot)).toEqual([before.observation, before.info]);
});

function errorOf(work: () => unknown): EnvError | ModelError {
  try {
    work();
  } catch (error) {
    return error as EnvError;
  }
  throw new Error('nothing was thrown');
}

it('refuses what it cannot keep or bring back', () => {
  const env = shop();
  expect(errorOf(() => env.snapshot())).toMatchObject({ code: 'state' });
  env.reset({ seed: 1 });
  play(env, 0, 3);
  const snapshot = env.snapshot();
  const changed = { ...snapshot, actions: snapshot.actions.map((action) => ((action as number) + 1) % 7) };
  expect(errorOf(() => shop().restore(changed))).toMatchObject({
    code: 'model',
    message: expect.stringContaining('another observation is there'),
  });
  expect(errorOf(() => stacked().restore(snapshot)).message).toContain('it is of InventoryShop');
  expect(errorOf(() => shop().restore({ ...snapshot, actions: [99] })).message).toContain('outside its space');
  const few = withSnapshots(InventoryShop(), { maxActions: 2 });
  few.reset({ seed: 1 });
  for (let i = 0; i < 3; i++) few.step(1);
  expect(errorOf(() => few.snapshot())).toMatchObject({ code: 'limit' });
});

it('refuses an environment in wrappers that remember earlier episodes', () => {
  const env = withSnapshots(normalizeObservation(CartPole() as never)) as unknown as Kept;
  env.reset({ seed: 2 });
  play(env, 0, 6);
  env.reset({ seed: 1 });
  play(env, 0, 3);
  const snapshot = env.snapshot();
  expect(errorOf(() => env.restore(snapshot)).message).toContain('another observation is there');
});

it('refuses a state that brings the model elsewhere', () => {
  const env = withSnapshots(CartPole()) as unknown as Kept;
  env.reset({ seed: 1 });
  const elsewhere = { ...env.snapshot(), state: { steps: 0, model: [0, 0, 0, 0] } };
  expect(errorOf(() => env.restore(elsewhere))).toMatchObject({ code: 'model' });
});

it.each([
  [{ seeds: { root: 1, draws: 1e15 } }, 'the part seeds is a root and at most 10000000 draws'],
  [{ how: 'magic' }, 'the part how is state, replay or ended, got "magic"'],
  [{ actions: 3 }, 'the part actions is an array'],
  [{ more: 3 }, 'there is no part "more"'],
])('refuses to read a snapshot with %j', (change, message) => {
  const env = shop();
  env.reset({ seed: 1 });
  expect(() => decodeSnapshot(encodeSnapshot({ ...env.snapshot(), ...change } as EnvSnapshot))).toThrow(message);
});
