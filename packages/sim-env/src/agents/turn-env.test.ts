import { expect, it, onTestFinished } from 'vitest';
import { blocking } from '../../test/built-blocking.ts';
import { openAuction } from '../../test/fixtures/plain-auction.js';
import { box, definePerspective, discrete, generateTurnEnv, makeStep, type TurnEnv, together } from '../index.ts';

const NAMES = ['ann', 'bob', 'cid'];

class Player {
  score = 0;
  lives = 3;
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
  // biome-ignore lint/correctness/useYield: it decides on the spot
  *move(): Generator<unknown, number, unknown> {
    return 1;
  }
}

/** Rounds of moves, one after another or together; a move of nothing costs a life. */
class Game {
  players: Player[] = [];
  rounds = 0;
  reset(_seed: number, options?: unknown): void {
    this.players = NAMES.map((name) => new Player(name));
    this.rounds = (options as { rounds?: number } | undefined)?.rounds ?? 4;
  }
  player = (name: string): Player => this.players.find((one) => one.name === name)!;
  *run(): Generator<unknown, void, unknown> {
    for (let round = 0; round < this.rounds; round++) {
      const alive = this.players.filter(({ lives }) => lives > 0);
      if (alive.length === 0) return;
      if (round % 2 === 0) for (const player of alive) this.takes(player, yield* player.move());
      else {
        const points = yield* together(alive.map((player) => player.move()));
        for (const [i, player] of alive.entries()) this.takes(player, points[i]!);
      }
    }
  }
  takes(player: Player, points: number): void {
    if (points === 9) throw new TypeError('nine is broken');
    player.score += points;
    if (points === 0) player.lives = 0;
  }
}

const moving = definePerspective({
  name: 'moving',
  observationSpace: discrete(100),
  actionSpace: discrete(10),
  observation: ({ score }: Player) => score,
  action: (points: number) => points,
  reward: ({ score }) => score,
  info: ({ name }) => ({ name }),
  final: ({ player }: Game, agent: string) =>
    player(agent).lives === 0 ? { reward: -1 } : { observation: player(agent).score, reward: 7, truncated: true },
});
makeStep(Player.prototype, 'move', moving);

const seat = {
  perspective: moving,
  agents: NAMES,
  agentOf: ({ name }: Player) => name,
  active: ({ player }: Game, agent: string) => player(agent).lives > 0,
};
const definition = {
  name: 'game',
  simulation: () => new Game(),
  seats: [seat],
  state: ({ players }: Game) => Float32Array.from(players, ({ score }) => score),
  stateSpace: box({ low: 0, high: 100, shape: [3] }),
};
const game = generateTurnEnv(definition);

/** What PettingZoo's `api_test` holds an environment to, turn after turn. */
function playThrough(env: TurnEnv, act: (agent: string, turn: number) => number): string[] {
  const sums = new Map<string, number>();
  const turns: string[] = [];
  for (const agent of env.agentIter()) {
    const [observation, reward, terminated, truncated, info] = env.last();
    turns.push(terminated || truncated ? `${agent} ends` : agent);
    expect(reward).toBe(sums.get(agent) ?? 0);
    expect(env.cumulativeRewards[agent]).toBe(reward);
    expect([env.terminations[agent], env.truncations[agent], env.infos[agent]]).toEqual([terminated, truncated, info]);
    expect(env.observe(agent)).toEqual(observation);
    expect(env.observations[agent]).toEqual(observation);
    expect(env.observationSpace(agent).contains(observation)).toBe(true);
    sums.set(agent, 0);
    env.step(terminated || truncated ? undefined : act(agent, turns.length));
    for (const [other, brought] of Object.entries(env.rewards)) sums.set(other, (sums.get(other) ?? 0) + brought);
    for (const entries of [env.rewards, env.cumulativeRewards, env.terminations, env.truncations, env.infos])
      expect(Object.keys(entries)).toEqual(env.agents);
    if (turns.length > 100) throw new Error('no end');
  }
  expect(env.agents).toEqual([]);
  return turns;
}

it('has PettingZoo’s dictionaries, an entry for each agent that is left', () => {
  const env = game();
  expect([env.rewards, env.agents]).toEqual([{}, []]);
  env.reset({ seed: 1 });
  expect(env.rewards).toEqual({ ann: 0, bob: 0, cid: 0 });
  expect(env.terminations).toEqual({ ann: false, bob: false, cid: false });
  expect(env.observations).toEqual({ ann: 0 });
  expect(env.infos).toEqual({ ann: { name: 'ann' }, bob: {}, cid: {} });
  for (const points of [3, 2, 1]) env.step(points);
  // All are asked together now, and get what the first round was worth to them.
  expect([env.rewards, env.cumulativeRewards]).toEqual(Array(2).fill({ ann: 3, bob: 2, cid: 1 }));
  env.step(1);
  expect(env.rewards).toEqual({ ann: 0, bob: 0, cid: 0 });
  expect(env.cumulativeRewards).toEqual({ ann: 0, bob: 2, cid: 1 });
});

it('keeps its word through an episode whose agents leave one after another, or at a limit', () => {
  const env = game();
  env.reset({ seed: 1 });
  const turns = playThrough(env, (agent, turn) => (agent === 'bob' && turn > 3 ? 0 : 2));
  const ends = ['ann ends', 'cid ends'];
  const pair = ['ann', 'cid'];
  expect(turns).toEqual([...NAMES, ...NAMES, 'bob ends', ...pair, ...pair, ...ends]);
  const limited = game({ maxEpisodeSteps: 4 });
  limited.reset({ seed: 1 });
  expect(playThrough(limited, () => 1)).toEqual([...NAMES, ...NAMES, ...NAMES.map((name) => `${name} ends`)]);
});

it('tells an agent that has left how it ended for it, while the others go on', () => {
  const env = game();
  env.reset({ seed: 1 });
  env.step(0);
  expect([env.agentSelection, env.last()]).toEqual(['ann', [0, -1, true, false, { name: 'ann' }]]);
  expect(() => env.step(1)).toThrow('the episode of ann has ended; step with undefined');
  env.step(undefined);
  expect([env.agentSelection, env.agents]).toEqual(['bob', ['bob', 'cid']]);
  for (const points of [1, 0]) env.step(points);
  expect([env.agentSelection, env.terminations]).toEqual(['cid', { bob: false, cid: true }]);
  env.step(undefined);
  for (let round = 1; round < 4; round++) env.step(5);
  expect([env.agentSelection, env.last().slice(0, 4)]).toEqual(['bob', [16, 7, false, true]]);
});

it('observes for agents whose turn it is not, as things stand', () => {
  const env = game();
  expect(() => env.observe('ann')).toThrow('game: reset comes first');
  env.reset({ seed: 1 });
  expect(() => env.observe('eve')).toThrow('there is no agent "eve"; the agents are ann, bob, cid');
  expect(() => env.observe('cid')).toThrow('cid has not been asked yet');
  env.step(4);
  expect([env.observe('ann'), env.observations]).toEqual([4, { ann: 0, bob: 0 }]);
  const seats = [{ ...seat, observe: ({ player }: Game, agent: string) => player(agent).lives }];
  const open = generateTurnEnv({ ...definition, seats })();
  open.reset({ seed: 1 });
  expect([open.observe('ann'), open.observe('cid')]).toEqual([0, 3]);
  const wrong = generateTurnEnv({ ...definition, seats: [{ ...seat, observe: () => -1 }] })();
  wrong.reset({ seed: 1 });
  expect(() => wrong.observe('cid')).toThrow('perspective moving: the observation is outside its space');
});

it('has a state where its definition has one', () => {
  const env = game();
  expect(() => env.state()).toThrow('game: reset comes first');
  env.reset({ seed: 1 });
  env.step(4);
  expect(env.state()).toEqual(Float32Array.of(4, 0, 0));
  expect(env.stateSpace!.toJSON()).toEqual(definition.stateSpace.toJSON());
  const { state, stateSpace: _, ...without } = definition;
  expect(() => generateTurnEnv(without)().state()).toThrow(
    'there is no state; give its definition state and stateSpace',
  );
  expect(() => generateTurnEnv({ ...without, state })).toThrow('state and stateSpace come together');
  const wrong = generateTurnEnv({ ...definition, state: () => Float32Array.of(1) })();
  wrong.reset({ seed: 1 });
  expect(() => wrong.state()).toThrow('game: the state is outside its space');
});

it('has nobody’s turn after an error of the model, and begins again', () => {
  const env = game();
  env.reset({ seed: 1 });
  expect(() => env.step(9)).toThrow('game: the model failed after decision 1: nine is broken');
  expect([env.agents, env.agentSelection]).toEqual([[], undefined]);
  expect(() => env.step(1)).toThrow(
    'game: the episode has failed (game: the model failed after decision 1: nine is broken)',
  );
  env.reset({ seed: 1 });
  expect(env.agents).toEqual(NAMES);
});

it('asks a plain model in its thread what things look like, who has left, and for its state', () => {
  const env = openAuction({ suspension: blocking() });
  onTestFinished(() => env.close());
  env.reset({ options: { rounds: 3, leaves: true } });
  expect([env.observe('bob'), env.state()]).toEqual([0, Float32Array.of(0, 2)]);
  env.step(1);
  expect([env.observe('ann'), env.observe('bob'), env.state()]).toEqual([1, 1, Float32Array.of(1, 2)]);
  env.step(1);
  env.step(0);
  expect([env.agentSelection, env.terminations]).toEqual(['ann', { ann: true, bob: false }]);
  expect([env.last()[0], env.state()]).toEqual([2, Float32Array.of(2, 1)]);
  env.step(undefined);
  expect([env.agentSelection, env.agents]).toEqual(['bob', ['bob']]);
});
