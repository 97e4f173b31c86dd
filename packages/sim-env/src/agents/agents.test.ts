import { expect, it } from 'vitest';
import { blocking } from '../../test/built-blocking.ts';
import { plainAuction } from '../../test/fixtures/plain-auction.js';
import { definePerspective, discrete, generateParallelEnv, generateTurnEnv, makeStep, together } from '../index.ts';

const NAMES = ['ann', 'bob', 'cid'];

class Bidder {
  readonly name: string;
  money = 5;
  won = 0;
  constructor(name: string) {
    this.name = name;
  }
  // biome-ignore lint/correctness/useYield: it decides on the spot
  *bid(_round: number): Generator<unknown, number, unknown> {
    return 1;
  }
}

/** Sealed bids, round after round; who has no money left drops out. */
class Auction {
  bidders: Bidder[] = [];
  bids: number[][] = [];
  sealed = true;
  reset(_seed: number, options?: unknown): void {
    this.sealed = (options as { sealed?: boolean } | undefined)?.sealed ?? true;
    this.bidders = NAMES.map((name) => new Bidder(name));
    this.bids = [];
  }
  *run(): Generator<unknown, void, unknown> {
    for (let round = 0; round < 4; round++) {
      const bidding = this.bidders.filter(({ money }) => money > 0);
      if (bidding.length === 0) return;
      const bids = this.sealed
        ? yield* together(bidding.map((bidder) => bidder.bid(round)))
        : yield* this.inTurn(bidding, round);
      this.bids.push([...bids]);
      const best = bidding[bids.indexOf(Math.max(...bids))]!;
      for (const bidder of bidding) bidder.won = 0;
      best.won = 1;
      for (const [i, bidder] of bidding.entries()) bidder.money -= bids[i]!;
    }
  }
  *inTurn(bidders: Bidder[], round: number): Generator<unknown, number[], unknown> {
    const bids: number[] = [];
    for (const bidder of bidders) bids.push(yield* bidder.bid(round));
    return bids;
  }
}

const bidding = definePerspective({
  name: 'bidding',
  observationSpace: discrete(20, { start: -10 }),
  actionSpace: discrete(6),
  observation: ({ money }: Bidder, _round: number) => money,
  action: (bid: number) => bid,
  reward: ({ won }) => won,
  final: () => ({ reward: 10 }),
});
makeStep(Bidder.prototype, 'bid', bidding);

const definition = {
  name: 'auction',
  simulation: () => new Auction(),
  seats: [
    {
      perspective: bidding,
      agents: NAMES,
      agentOf: ({ name }: Bidder) => name,
      active: ({ bidders }: Auction, agent: string) => bidders.find(({ name }) => name === agent)!.money > 0,
    },
  ],
};
const auction = generateParallelEnv(definition);
const inTurn = generateTurnEnv(definition);

it('leaves the model its own decisions, together too, where no environment is attached', () => {
  const model = new Auction();
  model.reset(1);
  expect([...model.run()]).toEqual([]);
  expect(model.bids).toEqual(Array.from({ length: 4 }, () => [1, 1, 1]));
});

it('asks agents in parallel, and terminates those who have left', () => {
  const env = auction();
  expect(env.possibleAgents).toEqual(NAMES);
  expect(env.reset({ seed: 1 })).toEqual([
    { ann: 5, bob: 5, cid: 5 },
    { ann: {}, bob: {}, cid: {} },
  ]);
  const [observations, rewards, terminations, truncations] = env.step({ ann: 5, bob: 1, cid: 2 });
  // Ann has won, and has nothing left: that is how it ends for her.
  expect(observations).toEqual({ ann: 0, bob: 4, cid: 3 });
  expect(rewards).toEqual({ ann: 10, bob: 0, cid: 0 });
  expect(terminations).toEqual({ ann: true, bob: false, cid: false });
  expect(truncations).toEqual({ ann: false, bob: false, cid: false });
  expect(env.agents).toEqual(['bob', 'cid']);
  expect(() => env.step({ bob: 1 })).toThrow('auction: the action of cid is missing');
  expect(() => env.step({ ann: 1, bob: 1, cid: 1 })).toThrow('auction: ann does not act in this step');
  expect(() => env.step({ bob: 1, cid: 7 })).toThrow('auction: the action of cid is outside its space');
  expect(env.step({ bob: 1, cid: 0 })[1]).toEqual({ bob: 1, cid: 0 });
  env.step({ bob: 1, cid: 0 });
  const last = env.step({ bob: 0, cid: 1 });
  expect(last[1]).toEqual({ bob: 10, cid: 10 });
  expect(last[2]).toEqual({ bob: true, cid: true });
  expect(env.agents).toEqual([]);
  expect(() => env.step({})).toThrow('after the end of the episode');
  env.close();
});

it('truncates rounds, and refuses decisions that are not made together', () => {
  const env = auction({ maxEpisodeSteps: 1 });
  env.reset();
  expect(env.step({ ann: 1, bob: 1, cid: 1 })[3]).toEqual({ ann: true, bob: true, cid: true });
  expect(env.agents).toEqual([]);
  expect(() => env.reset({ options: { sealed: false } })).toThrow(
    'auction: ann decides alone; a parallel environment needs decisions made by together()',
  );
});

it.each([true, false])('takes turns, with rewards since the last action; sealed bids: %s', (sealed) => {
  const env = inTurn();
  expect(() => env.last()).toThrow('reset comes first');
  env.reset({ seed: 1, options: { sealed } });
  const bids: Record<string, number[]> = { ann: [2, 0, 0, 0], bob: [1, 1, 1, 1], cid: [0, 0, 0, 0] };
  const turns: string[] = [];
  const totals: Record<string, number> = { ann: 0, bob: 0, cid: 0 };
  for (const agent of env.agentIter()) {
    const [, reward, termination] = env.last();
    turns.push(agent);
    totals[agent]! += reward;
    env.step(termination ? undefined : bids[agent]!.shift());
  }
  expect(turns).toEqual(Array.from({ length: 5 }, () => NAMES).flat());
  // Ann wins the first round, Bob the three others, of which the last is judged by its end.
  expect(totals).toEqual({ ann: 1 + 10, bob: 2 + 10, cid: 10 });
  expect(env.agents).toEqual([]);
  expect(() => env.step(1)).toThrow('the episode has ended for all agents');
  env.close();
});

it('shows every agent of a joint decision what was before it', () => {
  const env = inTurn();
  env.reset({ seed: 1 });
  env.step(3);
  expect(env.agentSelection).toBe('bob');
  expect(env.last()[0]).toBe(5);
  expect(() => env.step(9)).toThrow('the action of bob is outside its space');
});

it('truncates turns, after which agents leave by an action of none', () => {
  const env = inTurn({ maxEpisodeSteps: 3 });
  env.reset();
  for (let i = 0; i < 3; i++) env.step(0);
  expect(env.last().slice(2, 4)).toEqual([false, true]);
  expect(() => env.step(1)).toThrow('the episode of ann has ended; step with undefined');
  env.step(undefined);
  expect(env.agents).toEqual(['bob', 'cid']);
});

it('takes turns with a plain model that blocks in its thread', () => {
  const env = plainAuction({ suspension: blocking() });
  env.reset({ seed: 1 });
  const turns: [string, number][] = [];
  for (const agent of env.agentIter()) {
    const [observation, , termination] = env.last();
    turns.push([agent, observation as number]);
    env.step(termination ? undefined : 1);
  }
  env.close();
  expect(turns).toEqual([
    ['ann', 0],
    ['bob', 1],
    ['ann', 2],
    ['bob', 3],
    ['ann', 2],
    ['bob', 3],
  ]);
});

it('refuses seats that make no sense', () => {
  const seat = definition.seats[0]!;
  expect(() => generateTurnEnv({ ...definition, seats: [{ ...seat, agents: ['ann', 'ann'] }] })).toThrow(
    'the agent ann is named twice',
  );
  expect(() => generateTurnEnv({ ...definition, seats: [seat, { ...seat, agents: ['dan'] }] })).toThrow(
    'two seats are at Bidder.bid',
  );
  expect(() => generateTurnEnv({ ...definition, seats: [{ perspective: bidding, agents: NAMES }] })).toThrow(
    'agentOf must say who decides',
  );
  expect(() => inTurn().actionSpace('eve')).toThrow('there is no agent "eve"; the agents are ann, bob, cid');
  const strangers = generateTurnEnv({ ...definition, seats: [{ ...seat, agents: ['eve'], agentOf: () => 'ann' }] })();
  expect(() => strangers.reset()).toThrow('"ann" decides, but the agents are eve');
});

/** Agents that are asked in the rounds that they are listed for, each with a score of its own. */
class Relay {
  rounds: readonly (readonly string[])[] = [];
  runners: Runner[] = [];
  reset(_seed: number, options?: unknown): void {
    this.rounds = options as string[][];
    this.runners = NAMES.map((name) => new Runner(name));
  }
  runner = (name: string): Runner => this.runners.find((one) => one.name === name)!;
  *run(): Generator<unknown, void, unknown> {
    for (const names of this.rounds) {
      const strides = yield* together(names.map((name) => this.runner(name).run()));
      for (const [i, name] of names.entries()) this.runner(name).distance += strides[i]!;
    }
  }
}

class Runner {
  distance = 0;
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
  // biome-ignore lint/correctness/useYield: it decides on the spot
  *run(): Generator<unknown, number, unknown> {
    return 1;
  }
}

const running = definePerspective({
  name: 'running',
  observationSpace: discrete(100),
  actionSpace: discrete(10),
  observation: ({ distance }: Runner) => distance,
  action: (stride: number) => stride,
  reward: ({ distance }) => distance,
});
makeStep(Runner.prototype, 'run', running);
const relaySeat = { perspective: running, agents: NAMES, agentOf: ({ name }: Runner) => name };
const relay = { name: 'relay', simulation: () => new Relay(), seats: [relaySeat] };

it('keeps an agent that is passed over: it may come back, with the reward for its last action', () => {
  const env = generateParallelEnv(relay)();
  env.reset({ options: [NAMES, ['ann', 'cid'], NAMES] });
  env.step({ ann: 1, bob: 2, cid: 3 });
  expect(env.agents).toEqual(NAMES);
  // Bob is not asked; what he says is checked and not used.
  expect(() => env.step({ ann: 1, bob: 99, cid: 3 })).toThrow('the action of bob is outside its space');
  const [observations, rewards, terminations] = env.step({ ann: 1, bob: 9, cid: 3 });
  expect(observations).toEqual({ ann: 2, bob: 2, cid: 6 });
  expect(rewards).toEqual({ ann: 2, bob: 2, cid: 6 });
  expect(terminations).toEqual({ ann: false, bob: false, cid: false });
  const last = env.step({ ann: 1, bob: 1, cid: 1 });
  expect(last[2]).toEqual({ ann: true, bob: true, cid: true });
});

it('gives no reward while an agent is passed over, and its own last observation and reward when the model ends', () => {
  const env = generateParallelEnv(relay)();
  env.reset({ options: [NAMES, ['ann', 'cid'], ['ann']] });
  const passed = env.step({ ann: 1, bob: 2, cid: 3 });
  expect([passed[0].bob, passed[1].bob, passed[2].bob]).toEqual([2, 0, false]);
  env.step({ ann: 1, cid: 3 });
  const [observations, rewards, terminations] = env.step({ ann: 1 });
  expect([observations.bob, rewards.bob, terminations.bob]).toEqual([2, 2, true]);
  expect([observations.cid, rewards.cid]).toEqual([6, 6]);
  expect(env.agents).toEqual([]);
});

it('asks for what is final of each agent', () => {
  const judged = {
    ...running,
    name: 'judged',
    final: ({ runner }: Relay, agent: string) => ({ reward: runner(agent).distance }),
  };
  class Judged extends Runner {
    // biome-ignore lint/correctness/useYield: it decides on the spot
    override *run(): Generator<unknown, number, unknown> {
      return 1;
    }
  }
  makeStep(Judged.prototype, 'run', judged);
  class JudgedRelay extends Relay {
    override reset(seed: number, options?: unknown): void {
      super.reset(seed, options);
      this.runners = NAMES.map((name) => new Judged(name));
    }
  }
  const seats = [{ ...relaySeat, perspective: judged }];
  const env = generateParallelEnv({ name: 'judged', simulation: () => new JudgedRelay(), seats })();
  env.reset({ options: [NAMES] });
  expect(env.step({ ann: 1, bob: 2, cid: 3 })[1]).toEqual({ ann: 1, bob: 2, cid: 3 });
  const turns = generateTurnEnv({ name: 'judged', simulation: () => new JudgedRelay(), seats })();
  turns.reset({ options: [NAMES] });
  for (const stride of [1, 2, 3]) turns.step(stride);
  const rewards: number[] = [];
  for (const _ of turns.agentIter()) {
    rewards.push(turns.last()[1]);
    turns.step(undefined);
  }
  expect(rewards).toEqual([1, 2, 3]);
});

it('refuses an agent that is asked twice in one round, and one that comes back after it has left', () => {
  const env = generateParallelEnv(relay)();
  expect(() => env.reset({ options: [['ann', 'bob', 'ann']] })).toThrow('relay: ann is asked twice in one round');
  const strict = generateParallelEnv({ ...relay, seats: [{ ...relaySeat, active: () => false }] })();
  strict.reset({ options: [NAMES, ['ann', 'cid'], NAMES] });
  expect(strict.step({ ann: 1, bob: 2, cid: 3 })[2]).toEqual({ ann: false, bob: true, cid: false });
  expect(() => strict.step({ ann: 1, cid: 3 })).toThrow(
    'relay: bob is asked again, after active said that it had left',
  );
});

it('asks an agent that decides twice in one round for two actions, in turn', () => {
  const env = generateTurnEnv(relay)();
  env.reset({ options: [['ann', 'bob', 'ann'], ['ann']] });
  const turns: [string | undefined, number][] = [];
  for (const stride of [1, 2, 3]) {
    turns.push([env.agentSelection, env.last()[1]]);
    env.step(stride);
  }
  expect(turns).toEqual([
    ['ann', 0],
    ['bob', 0],
    ['ann', 0],
  ]);
  expect(env.last().slice(0, 2)).toEqual([4, 4]);
});

it('gives a sole agent its action where it decides together with nobody', () => {
  const seats = [{ ...relaySeat, agents: ['ann'] }];
  const alone = generateParallelEnv({ name: 'alone', simulation: () => new Relay(), seats })();
  alone.reset({ options: [['ann'], ['ann']] });
  expect(alone.step({ ann: 7 })[0]).toEqual({ ann: 7 });
});
