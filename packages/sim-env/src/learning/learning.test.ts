import fc from 'fast-check';
import { expect, it } from 'vitest';
import { walker } from '../../test/walker.ts';
import { box, createRandom, definePerspective, discrete, generateEnv, makeStep } from '../index.ts';
import { discretizeBox, discretizeDiscrete, linearEdges, logEdges } from './discretizer.ts';
import { learnEpisode, learnRun, playEpisode, randomAgent, scriptedAgent } from './episodes.ts';
import { createQAgent } from './q-learning.ts';

const space = box({ low: [0, -10], high: [1, 10] });

it('cuts a Box into cells that come back to themselves', () => {
  const cells = discretizeBox(space, [
    [0.25, 0.5],
    [-1, 0, 1],
  ]);
  expect(cells.size).toBe(12);
  for (let cell = 0; cell < cells.size; cell++) expect(cells.encode(cells.decode(cell))).toBe(cell);
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      space.seed(Math.abs(seed));
      const value = space.sample();
      const cell = cells.encode(value);
      expect(cell).toBe(
        (value[0]! < 0.25 ? 0 : value[0]! < 0.5 ? 1 : 2) * 4 + [-1, 0, 1].filter((edge) => value[1]! >= edge).length,
      );
    }),
  );
});

it('makes edges', () => {
  expect(linearEdges(0, 1, 3)).toEqual([0.25, 0.5, 0.75]);
  expect(logEdges(1, 100, 3).map((edge) => Math.round(edge))).toEqual([1, 10, 100]);
});

it('refuses edges that do not fit', () => {
  expect(() => discretizeBox(space, [[0]])).toThrow('1 lists of edges for 2 entries');
  expect(() => discretizeBox(space, [[0.5, 0.5], []])).toThrow('the edges of entry 0 do not ascend: 0.5, 0.5');
  const tables = { observations: discretizeDiscrete(discrete(2)), actions: discretizeDiscrete(discrete(2)) };
  expect(() => createQAgent({ ...tables, random: createRandom(1), discount: 2 })).toThrow('between 0 and 1, got 2');
});

/** A corridor of 6 places; only its right end pays, and ends. */
class Corridor {
  place = 0;
  reset(): void {
    this.place = 0;
  }
  *run(): Generator<unknown, void, unknown> {
    while (this.place < 5) this.place = Math.max(0, this.place + (yield* this.decide()));
  }
  // biome-ignore lint/correctness/useYield: it decides on the spot
  *decide(): Generator<unknown, number, unknown> {
    return 1;
  }
}
const walking = definePerspective({
  name: 'walking',
  observationSpace: discrete(6),
  actionSpace: discrete(2),
  observation: ({ place }: Corridor) => place,
  action: [-1, 1],
  reward: () => 0,
  final: () => ({ reward: 1 }),
});
makeStep(Corridor.prototype, 'decide', walking);

it('learns the values that the Bellman equation has', () => {
  const env = generateEnv({ name: 'corridor', simulation: () => new Corridor(), decision: walking })();
  const agent = createQAgent({
    observations: discretizeDiscrete(env.observationSpace),
    actions: discretizeDiscrete(env.actionSpace),
    random: createRandom(1),
    discount: 0.9,
    learningRate: 0.5,
    exploration: 0.3,
  });
  for (let i = 0; i < 500; i++) learnEpisode(env, agent, i);
  expect(playEpisode(env, agent.exploit)).toEqual({ return: 1, steps: 5, truncated: false });
  // Going right at place p pays γ^(4 − p); going left, and back, γ² less.
  for (let place = 0; place < 5; place++) {
    expect(agent.table[2 * place + 1]).toBeCloseTo(0.9 ** (4 - place), 3);
    expect(agent.table[2 * place]).toBeCloseTo(0.9 ** (place === 0 ? 5 : 6 - place), 2);
  }
});

it('learns the same from a run as from an environment, to the last bit', () => {
  for (const maxEpisodeSteps of [3, 1000]) {
    const corridor = generateEnv({ name: 'corridor', simulation: () => new Corridor(), decision: walking });
    const agents = [0, 1].map(() =>
      createQAgent({
        observations: discretizeDiscrete(walking.observationSpace),
        actions: discretizeDiscrete(walking.actionSpace),
        random: createRandom(4),
        exploration: 0.5,
      }),
    );
    const env = corridor({ maxEpisodeSteps });
    for (let seed = 0; seed < 40; seed++) {
      const report = learnEpisode(env, agents[0]!, seed);
      expect(learnRun(corridor.definition, agents[1]!, { seed, maxEpisodeSteps })).toEqual(report);
    }
    expect(agents[1]!.table).toEqual(agents[0]!.table);
    expect(agents[0]!.table.some((value) => value > 0)).toBe(maxEpisodeSteps > 5);
  }
});

it('chooses among equal values with equal probability', () => {
  const agent = createQAgent({
    observations: discretizeDiscrete(discrete(1)),
    actions: discretizeDiscrete(discrete(3)),
    random: createRandom(1),
  });
  const counts = [0, 0, 0];
  for (let i = 0; i < 30_000; i++) counts[agent.exploit(0)]!++;
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(30_000 * (2 / 9)));
});

it('has agents that act by chance and by a script', () => {
  const env = walker({ maxEpisodeSteps: 6 });
  const random = () => playEpisode(env, randomAgent(env.actionSpace, 5), 1);
  expect(random()).toEqual(random());
  const seen: number[] = [];
  const script = scriptedAgent([1, -1, 0]);
  playEpisode(env, (place) => seen.push(place) && script(place), 1);
  expect(seen).toEqual([1, 2, 1, 1, 2, 1]);
});
