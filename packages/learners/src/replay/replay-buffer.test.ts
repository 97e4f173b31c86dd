import { readFileSync } from 'node:fs';
import { createRandom, type Random } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { createReplayBuffer, type ReplayBuffer, replayBytes } from './replay-buffer.ts';

interface LookAhead {
  readonly slots: number;
  readonly environments: number;
  readonly steps: number;
  readonly discount: number;
  readonly added: readonly Readonly<
    Record<'observations' | 'nextObservations' | 'rewards' | 'terminated' | 'ended', readonly number[]>
  >[];
  readonly rows: readonly Readonly<Record<'observation' | 'reward' | 'discount' | 'nextObservation', number>>[];
}

/** What Stable-Baselines3's NStepReplayBuffer gives: python/fixtures/off_policy.py. */
const { lookAhead } = JSON.parse(
  readFileSync(new URL('../../test/fixtures/off-policy.json', import.meta.url), 'utf8'),
) as { readonly lookAhead: LookAhead };

const widths = { inputs: 1, actionSize: 1, maskSize: 2 };

function filled(): ReplayBuffer {
  const { slots, environments, added } = lookAhead;
  const buffer = createReplayBuffer(slots * environments + 1, environments, widths);
  added.forEach((step, i) => {
    buffer.add({
      observations: Float32Array.from(step.observations),
      actions: Float32Array.of(i, i + 0.5),
      rewards: step.rewards,
      nextObservations: Float32Array.from(step.nextObservations),
      nextMasks: Uint8Array.of(1, i % 2, 0, 1),
      terminated: step.terminated,
      ended: step.ended,
    });
  });
  return buffer;
}

/** Rows in turn, as if they were drawn. */
function inTurn(): Random {
  let next = 0;
  return { ...createRandom(0), int: () => next++ };
}

const batchOf = (rows: number) => ({
  observations: new Float32Array(rows),
  actions: new Float32Array(rows),
  rewards: new Float32Array(rows),
  discounts: new Float32Array(rows),
  nextObservations: new Float32Array(rows),
  nextMasks: new Float32Array(2 * rows),
});

test('a row looks ahead as in Stable-Baselines3: to a termination, a truncation, the newest step', () => {
  const { rows, steps, discount } = lookAhead;
  const buffer = filled();
  expect([buffer.capacity, buffer.size]).toEqual([10, 10]);
  const batch = batchOf(rows.length);
  buffer.sample(inTurn(), { steps, discount }, batch);
  rows.forEach((row, i) => {
    expect(batch.observations[i]).toBe(row.observation);
    expect(batch.nextObservations[i]).toBe(row.nextObservation);
    expect(batch.rewards[i]).toBeCloseTo(row.reward, 6);
    expect(batch.discounts[i]).toBeCloseTo(row.discount, 6);
  });
});

test('one step ahead rows are as they were added, the latest ones in the places of the oldest', () => {
  const batch = batchOf(10);
  filled().sample(inTurn(), { steps: 1, discount: 0.5 }, batch);
  expect([...batch.observations]).toEqual([50, 51, 10, 11, 20, 21, 30, 31, 40, 41]);
  expect([...batch.actions]).toEqual([5, 5.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5]);
  // Environment 0 terminated in step 3; that environment 1 was truncated in step 4 is no termination.
  expect([...batch.discounts]).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5]);
  expect([...batch.nextMasks.subarray(0, 6)]).toEqual([1, 1, 0, 1, 1, 1]);
});

test('rows are drawn uniformly', () => {
  const batch = batchOf(10_000);
  filled().sample(createRandom(1), { steps: 1, discount: 1 }, batch);
  const counts = new Map<number, number>();
  for (const observation of batch.observations) counts.set(observation, (counts.get(observation) ?? 0) + 1);
  expect(counts.size).toBe(10);
  // Five deviations of a binomial number.
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test('it goes on from its state, and refuses others', () => {
  const [buffer, other] = [filled(), createReplayBuffer(10, 2, widths)];
  other.restore(buffer.state());
  const [a, b] = [batchOf(50), batchOf(50)];
  buffer.sample(createRandom(2), { steps: 3, discount: 0.9 }, a);
  other.sample(createRandom(2), { steps: 3, discount: 0.9 }, b);
  expect(b).toEqual(a);
  expect(other.state()).toEqual(buffer.state());
  expect(() => createReplayBuffer(8, 2, widths).restore(buffer.state())).toThrow('no replay buffer of 8 rows');
  const { 'replay.actions': _, ...damaged } = buffer.state();
  expect(() => other.restore(damaged)).toThrow('the checkpoint has no numbers of replay.actions, 10 are needed');
});

test('its memory is what it says, and an empty one gives nothing', () => {
  const buffer = createReplayBuffer(1000, 1, { inputs: 4, actionSize: 2, maskSize: 3 });
  expect(buffer.bytes).toBe(replayBytes(1000, { inputs: 4, actionSize: 2, maskSize: 3 }));
  expect(buffer.bytes).toBe(1000 * (2 * 4 * 4 + 2 * 4 + 4 + 3 + 2));
  expect(() => buffer.sample(createRandom(0), { steps: 1, discount: 1 }, batchOf(1))).toThrow('is empty');
});
