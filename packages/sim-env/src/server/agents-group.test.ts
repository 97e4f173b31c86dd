import { describe, expect, it, onTestFinished } from 'vitest';
import { blocking } from '../../test/built-blocking.ts';
import { band, NAMES, plainBand, registry } from '../../test/fixtures/served-agents.js';
import { batch } from '../spaces/batch.ts';
import { turnsGroup } from './agents-group.ts';
import type { AgentsTold, ErrorReply, Replies, Request } from './protocol.ts';
import { createSession } from './session.ts';
import { decodeMessage, encodeMessage } from './wire.ts';

function open(environments = 10) {
  const session = createSession(registry, environments);
  onTestFinished(() => session.close());
  let id = 0;
  const send = (message: unknown) => decodeMessage(session.answer(encodeMessage(message)));
  return {
    ask<K extends Request['do']>(request: { do: K } & Record<string, unknown>) {
      return send({ id: id++, ...request }) as Replies[K] & Partial<ErrorReply>;
    },
    error: (request: object) => (send({ id: 7, ...request }) as ErrorReply).error,
  };
}

const Band = 'test/Band-v0';
const actionsOf = (agents: readonly string[], round: number) =>
  Object.fromEntries(
    agents.map((agent, i) => [agent, agent === 'painter_0' ? Int32Array.of(round % 4, i) : (round + i) % 3]),
  );
const sent = (actions: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(actions).map(([agent, action]) => [
      agent,
      agent === 'painter_0' ? action : Int32Array.of(action as number),
    ]),
  );

describe('a group of agents that act at the same time', () => {
  it('goes as the same environment in this process goes, until all have left', () => {
    const { ask } = open();
    const local = band();
    const { group, ...made } = ask({ do: 'make-agents', env: Band });
    expect(made).toMatchObject({ kind: 'parallel', possibleAgents: NAMES, frames: 'image' });
    expect(made.observationSpaces.painter_0).toEqual(local.observationSpace('painter_0').toJSON());
    expect([made.actionSpaces.walker_1, made.stateSpace]).toEqual([
      local.actionSpace('walker_1').toJSON(),
      local.stateSpace!.toJSON(),
    ]);
    const begin = { seed: 7, options: { leaves: { walker_0: 2, painter_0: 3 }, informs: true, horizon: true } };
    const encoded = (observations: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(
        Object.entries(observations).map(([agent, one]) => [agent, batch(local.observationSpace(agent), [one])]),
      );
    const [observations] = local.reset(begin);
    expect(ask({ do: 'reset-agents', group, ...begin })).toMatchObject({
      agents: NAMES,
      observations: encoded(observations),
      rewards: {},
    });
    for (let round = 0; local.agents.length > 0; round++) {
      const actions = actionsOf(local.agents, round);
      const [seen, rewards, terminations, truncations, infos] = local.step(actions);
      const told = ask({ do: 'step-agents', group, actions: sent(actions) });
      expect(told).toMatchObject({ observations: encoded(seen), rewards, terminations, truncations });
      expect(told.agents).toEqual(local.agents);
      expect(Object.values(told.infos)).toEqual(Object.values(infos).filter((info) => Object.keys(info).length > 0));
      expect(ask({ do: 'state', group }).state).toEqual(batch(local.stateSpace!, [local.state()]));
      expect(ask({ do: 'render', group }).frames).toEqual([expect.objectContaining({ width: 1, height: 1 })]);
    }
  });

  it('says what is wrong with actions, and stays where it was', () => {
    const { ask, error } = open();
    const { group } = ask({ do: 'make-agents', env: Band });
    const actions = { walker_0: Int32Array.of(1), walker_1: Int32Array.of(1), painter_0: Int32Array.of(1, 1) };
    const step = (changed: object) => error({ do: 'step-agents', group, actions: { ...actions, ...changed } });
    expect(step({})).toMatchObject({ kind: 'state', message: expect.stringContaining('step before reset') });
    ask({ do: 'reset-agents', group, seed: 1 });
    const wrong = [
      [{ singer_0: Int32Array.of(1) }, 'there is no agent "singer_0"; the agents are walker_0, walker_1, painter_0'],
      [{ walker_1: undefined }, 'the action of walker_1 is missing'],
      [{ walker_0: Int32Array.of(3) }, 'the action of walker_0 is outside its space'],
      [{ walker_0: 1 }, 'the action of walker_0 is outside its space'],
      [{ painter_0: null }, 'the action of painter_0 is outside its space'],
    ] as const;
    for (const [changed, message] of wrong)
      expect(step(changed)).toMatchObject({ kind: 'value', message: expect.stringContaining(message) });
    expect(ask({ do: 'state', group }).state).toEqual(Float32Array.of(0, 1, 0));
    expect(ask({ do: 'step-agents', group, actions }).agents).toEqual(NAMES);
    expect(error({ do: 'observe', group, agent: 'walker_0' }).message).toContain('each step says what they observe');
  });

  it('has failed after an error of the model, until it is reset', () => {
    const { ask, error } = open();
    const { group } = ask({ do: 'make-agents', env: Band });
    ask({ do: 'reset-agents', group, seed: 1, options: { failAt: 0 } });
    const actions = sent(actionsOf(NAMES, 0));
    expect(error({ do: 'step-agents', group, actions })).toMatchObject({
      kind: 'model',
      message: expect.stringContaining('the band is broken'),
      stack: expect.stringContaining('served-agents.js'),
    });
    expect(error({ do: 'step-agents', group, actions })).toMatchObject({
      kind: 'state',
      message: expect.stringContaining(
        'which has failed (band: the model failed after decision 1: the band is broken)',
      ),
    });
    ask({ do: 'reset-agents', group, seed: 1 });
    expect(ask({ do: 'step-agents', group, actions }).agents).toEqual(NAMES);
  });

  it('is no group of environments with one agent, and the other way round', () => {
    const { ask, error } = open(1);
    expect(error({ do: 'make', env: Band, count: 1 }).message).toContain(
      'test/Band-v0 has several agents: make it by make-agents (in Python unbraid_gym.parallel_env)',
    );
    const { group } = ask({ do: 'make-agents', env: Band });
    expect(error({ do: 'step', group, actions: 1 }).message).toContain('it takes reset-agents and step-agents');
    expect(error({ do: 'make-agents', env: Band }).message).toContain('1 environments asked for, 1 open');
    ask({ do: 'close', group });
    expect(error({ do: 'reset-agents', group }).message).toContain(`there is no group ${group}, or it is closed`);
    expect(ask({ do: 'make-agents', env: Band, maxEpisodeSteps: 1 }).group).toBe(group + 1);
    expect(ask({ do: 'list' }).kinds).toEqual(['parallel', 'turns']);
  });
});

describe('a group of agents that act in turn', () => {
  const start = (options: object = {}) => {
    const env = plainBand({ suspension: blocking() });
    onTestFinished(() => env.close());
    const group = turnsGroup('plainBand', env);
    return { env, group, told: group.reset(3, options) };
  };
  const act = (agent: string) => (agent === 'painter_0' ? Int32Array.of(2, 1) : Int32Array.of(1));

  it('says after each step whose turn it is, what that one sees, and what all have got', () => {
    const { env, group, told: first } = start({ rounds: 2, leaves: { walker_0: 1 } });
    expect(first).toMatchObject({
      agents: NAMES,
      selection: 'walker_0',
      observations: { walker_0: Float32Array.of(3, 0) },
    });
    expect(group.observe('painter_0')).toEqual({ round: Int32Array.of(0), last: ['0 0'] });
    const turns: string[] = [];
    for (let told: AgentsTold = first; told.selection; ) {
      const { selection } = told;
      const over = told.terminations[selection]! || told.truncations[selection]!;
      turns.push(over ? `${selection} ends` : selection);
      expect(told.cumulativeRewards).toEqual(env.cumulativeRewards);
      told = group.step({ [selection]: over ? null : act(selection) });
      expect(Object.keys(told.rewards)).toEqual(told.agents);
    }
    const ends = ['walker_1 ends', 'painter_0 ends'];
    expect(turns).toEqual([...NAMES, 'walker_0 ends', 'walker_1', 'painter_0', ...ends]);
    expect(() => group.step({ walker_1: act('walker_1') })).toThrow('the episode has ended for all agents');
  });

  it('takes one action, of whose turn it is', () => {
    const { group } = start();
    expect(() => group.step({ walker_1: act('walker_1') })).toThrow('it is the turn of walker_0, and walker_1 acts');
    expect(() => group.step({ walker_0: act('walker_0'), walker_1: act('walker_1') })).toThrow(
      'it is the turn of walker_0, and walker_0, walker_1 acts',
    );
    expect(() => group.step({})).toThrow('it is the turn of walker_0, and nobody acts');
    expect(() => group.step({ walker_0: null })).toThrow('the action of walker_0 is outside its space');
    expect(group.step({ walker_0: act('walker_0') }).selection).toBe('walker_1');
  });
});
