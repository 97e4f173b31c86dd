import { createRandom } from '@unbraid/kernels';
import { box, discrete, type Env } from '@unbraid/sim-env';
import { expect, test } from 'vitest';
import { greedy } from '../distributions/greedy.ts';
import { openEnvironments } from '../training/environments.ts';
import { openReplay } from './open-replay.ts';

/** Counts its steps: shows 100 · episode + step, with that in its reward; the first episode terminates after two, the others are truncated after three. */
function counting(): Env<ReturnType<typeof view>, ReturnType<typeof discrete>> {
  let [episode, step] = [0, 0];
  const seen = () => Float32Array.of(100 * episode + step);
  const info = () => ({ action_mask: Int8Array.of(1, step % 2) });
  return {
    observationSpace: view(),
    actionSpace: discrete(2),
    spec: { id: 'counting' },
    reset() {
      [episode, step] = [episode + 1, 0];
      return [seen(), info()];
    },
    step(action) {
      step++;
      const ended = step === (episode === 1 ? 2 : 3);
      return [seen(), 1000 * action + step, ended && episode === 1, ended && episode > 1, info()];
    },
    render: () => undefined,
    close() {},
  };
}
const view = () => box({ low: 0, high: 1e6 });

test('what is kept is what was seen, done and shown then, also where an episode ends', () => {
  const environments = openEnvironments(counting);
  const distribution = greedy(environments.actionSpace);
  const { collector, replay } = openReplay(environments, distribution, { replaySize: 10 }, createRandom(1));
  const masks: number[][] = [];
  for (let i = 0; i < 6; i++) {
    masks.push([...collector.masks()!]);
    collector.actions[0] = i % 2;
    collector.step();
  }
  const { observations, actions, rewards, nextObservations, nextMasks, terminated, ended } = Object.fromEntries(
    Object.entries(replay.state()).map(([name, values]) => [name.replace('replay.', ''), [...values]]),
  );
  expect(observations).toEqual([100, 101, 200, 201, 202, 300]);
  expect(nextObservations).toEqual([101, 102, 201, 202, 203, 301]);
  expect(actions).toEqual([0, 1, 0, 1, 0, 1]);
  expect(rewards).toEqual([1, 1002, 1, 1002, 3, 1001]);
  expect(terminated).toEqual([0, 1, 0, 0, 0, 0]);
  expect(ended).toEqual([0, 1, 0, 0, 1, 0]);
  // Of the observation then: after a termination nothing is chosen, and all is allowed.
  expect(nextMasks).toEqual([1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1]);
  expect(masks).toEqual([
    [1, 0],
    [1, 1],
    [1, 0],
    [1, 1],
    [1, 0],
    [1, 0],
  ]);
});
