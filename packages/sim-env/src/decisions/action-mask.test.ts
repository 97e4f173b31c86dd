import { expect, it } from 'vitest';
import { blocking } from '../../test/built-blocking.ts';
import { boxes, boxesNamed, boxesTwice } from '../../test/fixtures/served-more.js';
import {
  actionMaskIn,
  box,
  checkEnv,
  createQAgent,
  createRandom,
  definePerspective,
  discrete,
  discretizeDiscrete,
  type Env,
  generateEnv,
  generateParallelEnv,
  generateTurnEnv,
  learnEpisode,
  learnRun,
  makeStep,
  playEpisode,
  randomAgent,
  runWithAgent,
  together,
  transformAction,
} from '../index.ts';

it('tells which actions are possible, and refuses others without harm', () => {
  const env = boxes();
  expect(env.reset()[1]).toEqual({ action_mask: Int8Array.of(1, 1, 1, 1, 1) });
  const [, , , , info] = env.step(2);
  expect(actionMaskIn(info)).toEqual(Int8Array.of(1, 0, 1, 1, 1));
  expect(() => env.step(2)).toThrow('Boxes: the action is masked: 2 is not possible now; info.action_mask says');
  expect(() => env.step(6)).toThrow('outside its space');
  for (const action of [1, 3, 4]) env.step(action);
  expect(env.step(5).slice(1)).toEqual([0, true, false, {}]);
});

it.each([boxes, boxesTwice, boxesNamed])('is kept by samples, the check and random agents: %#', (make) => {
  const env: Env = make();
  checkEnv(env, { steps: 50 });
  expect(playEpisode(env, randomAgent(env.actionSpace, 1), 1)).toEqual({ return: 4, steps: 5, truncated: false });
  const agent = randomAgent(env.actionSpace, 1);
  expect(runWithAgent(make.definition as never, agent as never, { seed: 1 }).steps).toBe(5);
});

/** Takes one of three things, not the last again; three times. */
class Taker {
  last = 0;
  taken: number[] = [];
  reset(): void {
    this.last = -1;
    this.taken = [];
  }
  *run(): Generator<unknown, void, unknown> {
    while (this.taken.length < 3) {
      this.last = yield* this.take();
      this.taken.push(this.last);
    }
  }
  // biome-ignore lint/correctness/useYield: it decides on the spot
  *take(): Generator<unknown, number, unknown> {
    return 0;
  }
}

const taking = (name: string, more: object) => {
  const perspective = definePerspective({
    name,
    observationSpace: discrete(4, { start: -1 }),
    actionSpace: discrete(3),
    observation: ({ last }: Taker) => last,
    action: (action: number) => action,
    reward: ({ last }) => last,
    actionMask: ({ last }) => [last !== 0, last !== 1, last !== 2],
    ...more,
  });
  makeStep(Taker.prototype, 'take', perspective);
  return { name, simulation: () => new Taker(), decision: perspective };
};

it('lets actions that the mask forbids where the perspective says so', () => {
  const env = generateEnv(taking('advised', { maskedActions: 'allow' }))();
  env.reset();
  env.step(1);
  expect(env.step(1)[4]).toEqual({ action_mask: Int8Array.of(1, 0, 1) });
});

it('stands beside the perspective’s own info, and is left out where a wrapper changes actions', () => {
  const env = generateEnv(taking('informed', { info: ({ taken }: Taker) => ({ taken }) }))();
  expect(env.reset()[1]).toEqual({ taken: [], action_mask: Int8Array.of(1, 1, 1) });
  const reversed = transformAction(env, discrete(3), (action) => 2 - action);
  expect(reversed.reset()[1]).toEqual({ taken: [] });
  expect(reversed.step(2)[4]).toEqual({ taken: [0] });
});

it.each([
  [
    () => [1, 1],
    'perspective masked0: the action mask: a mask of 3 entries is expected, one for each choice, got Array of 2',
  ],
  [() => [1, 1, 2], 'entry 2 of the mask is 2; entries are 0 to 1'],
  [() => Float32Array.of(0.5, 1, 1), 'entry 0 of the mask is 0.5'],
  [() => ({ a: 1 }), 'a mask of 3 entries is expected'],
  [() => [0, 0, 0], 'the action mask leaves nothing to choose; let the model end'],
])('refuses a mask that is none: %#', (actionMask, message) => {
  const env = generateEnv(taking(`masked${message.startsWith('persp') ? 0 : message}`, { actionMask }))();
  expect(() => env.reset()).toThrow(message);
});

it('refuses masks of spaces that have none, and settings that are none', () => {
  expect(() => taking('wrong', { maskedActions: 'never' })).toThrow('maskedActions is error or allow, got "never"');
  expect(() => box({ low: 0, high: 1 }).sample([1])).toThrow('a Box has no masks but null');
});

it('keeps Q-learning to what is possible, in what it tries, takes and expects', () => {
  const definition = taking('learned', {});
  const tables = {
    observations: discretizeDiscrete(definition.decision.observationSpace),
    actions: discretizeDiscrete(definition.decision.actionSpace),
  };
  const agents = [1, 2].map(() => createQAgent({ ...tables, random: createRandom(4), exploration: 0.5 }));
  const env = generateEnv(definition)();
  for (let seed = 0; seed < 300; seed++) {
    const options = { seed, maxEpisodeSteps: 100 };
    expect(learnRun(definition, agents[1]!, options)).toEqual(learnEpisode(env, agents[0]!, seed));
  }
  expect(agents[1]!.table).toEqual(agents[0]!.table);
  // Rewards of the last two decisions are seen: 2 and 1 at best. The third is none.
  expect(playEpisode(env, agents[0]!.exploit, 1).return).toBe(3);
  expect(() => agents[0]!.exploit(0, { action_mask: [0, 0, 0] })).toThrow('leaves nothing to choose');
});

class Side {
  readonly name: string;
  moves = 0;
  constructor(name: string) {
    this.name = name;
  }
  // biome-ignore lint/correctness/useYield: it decides on the spot
  *move(_round: number): Generator<unknown, number, unknown> {
    return 0;
  }
}

class Match {
  sides: Side[] = [];
  reset(): void {
    this.sides = ['north', 'south'].map((name) => new Side(name));
  }
  *run(): Generator<unknown, void, unknown> {
    for (let round = 0; round < 3; round++) {
      const moves = yield* together(this.sides.map((side) => side.move(round)));
      for (const [i, side] of this.sides.entries()) side.moves += moves[i]!;
    }
  }
}

const moving = definePerspective({
  name: 'moving',
  observationSpace: discrete(10),
  actionSpace: discrete(2),
  observation: ({ moves }: Side, _round: number) => moves,
  action: (action: number) => action,
  reward: () => 0,
  // The north moves in even rounds only.
  actionMask: ({ name }, round) => [true, name === 'south' || round % 2 === 0],
});
makeStep(Side.prototype, 'move', moving);
const match = {
  name: 'match',
  simulation: () => new Match(),
  seats: [{ perspective: moving, agents: ['north', 'south'], agentOf: ({ name }: Side) => name }],
};

it('holds for several agents, each with a mask of its own', () => {
  const env = generateParallelEnv(match)();
  env.reset();
  const [, , , , infos] = env.step({ north: 1, south: 1 });
  expect(infos).toEqual({ north: { action_mask: Int8Array.of(1, 0) }, south: { action_mask: Int8Array.of(1, 1) } });
  expect(() => env.step({ north: 1, south: 1 })).toThrow('match: the action of north is masked: 1 is not possible now');
  env.step({ north: 0, south: 1 });
});

it('holds for agents that take turns', () => {
  const env = generateTurnEnv(match)();
  env.reset();
  for (const action of [1, 1]) env.step(action);
  expect(env.last()[4]).toEqual({ action_mask: Int8Array.of(1, 0) });
  expect(() => env.step(1)).toThrow('the action of north is masked');
  env.step(0);
  expect(env.agentSelection).toBe('south');
});

it('comes through a thread', () => {
  const env = boxes({ suspension: blocking() });
  env.reset();
  expect(env.step(2)[4]).toEqual({ action_mask: Int8Array.of(1, 0, 1, 1, 1) });
  expect(() => env.step(2)).toThrow('masked');
  env.close();
});
