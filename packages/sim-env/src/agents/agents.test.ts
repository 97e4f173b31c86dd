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
  seats: [{ perspective: bidding, agents: NAMES, agentOf: ({ name }: Bidder) => name }],
};
const auction = generateParallelEnv(definition);
const inTurn = generateTurnEnv(definition);

it('leaves the model its own decisions, together too, where no environment is attached', () => {
  const model = new Auction();
  model.reset(1);
  expect([...model.run()]).toEqual([]);
  expect(model.bids).toEqual(Array.from({ length: 4 }, () => [1, 1, 1]));
});

it('asks agents in parallel, and terminates those who are asked no more', () => {
  const env = auction();
  expect(env.possibleAgents).toEqual(NAMES);
  expect(env.reset({ seed: 1 })).toEqual([
    { ann: 5, bob: 5, cid: 5 },
    { ann: {}, bob: {}, cid: {} },
  ]);
  const [observations, rewards, terminations, truncations] = env.step({ ann: 5, bob: 1, cid: 2 });
  expect(observations).toEqual({ ann: 5, bob: 4, cid: 3 });
  // Ann has won, and has nothing left: what she won is in no later decision of hers.
  expect(rewards).toEqual({ ann: 0, bob: 0, cid: 0 });
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
