import { describe, expect, it } from 'vitest';
import { registry } from '../../test/fixtures/served.js';
import { vectorEnv } from '../vector/vector-env.ts';
import type { ErrorReply, Replies, Request } from './protocol.ts';
import { createSession } from './session.ts';
import { decodeMessage, encodeMessage } from './wire.ts';

function open(environments = 10) {
  const session = createSession(registry, environments);
  let id = 0;
  const send = (message: unknown) => decodeMessage(session.answer(encodeMessage(message)));
  return {
    session,
    send,
    ask<K extends Request['do']>(request: { do: K } & Record<string, unknown>) {
      return send({ id: id++, ...request }) as Replies[K] & Partial<ErrorReply>;
    },
    error: (request: object) => (send({ id: 7, ...request }) as ErrorReply).error,
  };
}

const Counter = 'test/Counter-v0';

describe('a session', () => {
  it('steps a group as a vector environment in this process is stepped', () => {
    const { ask } = open();
    const local = vectorEnv(Array.from({ length: 3 }, () => () => registry.make(Counter)));
    const { group, ...made } = ask({ do: 'make', env: Counter, count: 3 });
    expect(made).toMatchObject({
      observationSpace: local.singleObservationSpace.toJSON(),
      actionSpace: local.singleActionSpace.toJSON(),
      maxEpisodeSteps: 50,
      frames: null,
    });
    const reset = { seed: 5, options: { length: 20, informs: true } };
    const [first, firstInfos] = local.reset(reset);
    expect(ask({ do: 'reset', group, ...reset })).toMatchObject({
      observations: first,
      infos: firstInfos.map((info, i) => [i, info]),
    });
    for (let i = 0; i < 60; i++) {
      const actions = Int32Array.of(i % 3, 1, (i + 1) % 3);
      const [observations, rewards, terminations, truncations, infos] = local.step(actions);
      expect(ask({ do: 'step', group, actions })).toEqual({
        id: i + 2,
        observations,
        rewards,
        terminations,
        truncations,
        infos: [...infos.entries()].filter(([, info]) => Object.keys(info).length > 0),
      });
    }
  });

  it('brings elements of every kind of space both ways', () => {
    const { ask } = open();
    const { group } = ask({ do: 'make', env: 'test/Echo-v0', count: 4 });
    ask({ do: 'reset', group, seed: 1 });
    const space = vectorEnv(Array.from({ length: 4 }, () => () => registry.make('test/Echo-v0'))).actionSpace;
    space.seed(3);
    for (let i = 0; i < 20; i++) {
      const actions = space.sample();
      expect(ask({ do: 'step', group, actions }).observations).toEqual(actions);
    }
  });

  it('gives the last observation beside the next one where it resets in the same step', () => {
    const { ask } = open();
    const { group } = ask({ do: 'make', env: Counter, count: 2, autoreset: 'same-step', maxEpisodeSteps: 1 });
    ask({ do: 'reset', group, seed: [10, null] });
    const { observations, truncations, infos } = ask({ do: 'step', group, actions: Int32Array.of(2, 2) });
    expect(truncations).toEqual(Uint8Array.of(1, 1));
    expect(infos[0]).toEqual([0, { final_obs: Float32Array.of(12), final_info: {} }]);
    expect((observations as Float32Array)[0]).not.toBe(12);
  });

  it('takes a group of one back to where it stood, in this session and in another', () => {
    const { ask, error } = open();
    const { group } = ask({ do: 'make', env: Counter, count: 1 });
    expect(error({ do: 'snapshot', group })).toMatchObject({ kind: 'state' });
    ask({ do: 'reset', group, seed: 5, options: { length: 20 } });
    const step = (one: typeof ask, at: number) => one({ do: 'step', group: at, actions: Int32Array.of(1) });
    for (let i = 0; i < 3; i++) step(ask, group);
    const { snapshot } = ask({ do: 'snapshot', group });
    const { id: _, ...after } = step(ask, group);
    const other = open().ask;
    const { group: there } = other({ do: 'make', env: Counter, count: 1 });
    const { observations } = other({ do: 'restore', group: there, snapshot });
    expect(ask({ do: 'restore', group, snapshot }).observations).toEqual(observations);
    expect(step(other, there)).toMatchObject(after);
    expect(step(ask, group)).toMatchObject(after);
    expect(error({ do: 'restore', group, snapshot: 'text' })).toMatchObject({ kind: 'request' });
    expect(error({ do: 'restore', group, snapshot: Uint8Array.of(1, 2) })).toMatchObject({ kind: 'value' });
    const { group: several } = ask({ do: 'make', env: Counter, count: 2 });
    expect(error({ do: 'snapshot', group: several })).toMatchObject({
      kind: 'value',
      message: expect.stringContaining('snapshots are of single environments, and this is a group of 2'),
    });
  });

  it('tells an end from a horizon of the model', () => {
    const { ask } = open();
    const { group } = ask({ do: 'make', env: Counter, count: 1 });
    for (const horizon of [true, false]) {
      ask({ do: 'reset', group, seed: 5, options: { length: 1, horizon } });
      const { terminations, truncations } = ask({ do: 'step', group, actions: Int32Array.of(0) });
      expect([terminations[0], truncations[0]]).toEqual(horizon ? [0, 1] : [1, 0]);
    }
  });

  it('resets those that a mask chooses', () => {
    const { ask } = open();
    const { group } = ask({ do: 'make', env: Counter, count: 2, autoreset: 'disabled' });
    ask({ do: 'reset', group, seed: 1 });
    ask({ do: 'step', group, actions: Int32Array.of(1, 1) });
    expect(ask({ do: 'reset', group, seed: [40, 41], mask: [false, true] }).observations).toEqual(
      Float32Array.of(2, 41),
    );
  });

  it.each([
    ['test/Written-v0', 'text', 'at 6'],
    ['test/Painted-v0', 'image', { width: 2, height: 1, data: Uint8Array.of(6, 1, 2, 255, 6, 4, 5, 255) }],
  ])('shows frames of %s', (env, frames, frame) => {
    const { ask } = open();
    const made = ask({ do: 'make', env, count: 1 });
    expect(made.frames).toBe(frames);
    ask({ do: 'reset', group: made.group, seed: 6 });
    expect(ask({ do: 'render', group: made.group }).frames).toEqual([frame]);
  });

  it('says of a failed model where it failed, and goes on with a reset', () => {
    const { ask, error } = open();
    const { group } = ask({ do: 'make', env: Counter, count: 2 });
    ask({ do: 'reset', group, seed: 1, options: { failAt: 1 } });
    expect(error({ do: 'step', group, actions: Int32Array.of(1, 1) })).toEqual({
      kind: 'model',
      message: expect.stringContaining('the model failed after decision 1: the counter is broken'),
      stack: expect.stringMatching(/at Counter\.run .*served\.js/),
    });
    expect(ask({ do: 'reset', group, seed: 1 }).observations).toEqual(Float32Array.of(1, 2));
  });

  it('ends the episode of a model that fails, where it is asked to, and goes on', () => {
    const { ask } = open();
    const { group } = ask({ do: 'make', env: Counter, count: 2, onError: 'reset' });
    ask({ do: 'reset', group, seed: 1, optionsOfEach: [null, { failAt: 1 }] });
    const actions = Int32Array.of(1, 1);
    const { observations, truncations, infos } = ask({ do: 'step', group, actions });
    expect([observations, truncations]).toEqual([Float32Array.of(2, 2), Uint8Array.of(0, 1)]);
    const error = expect.stringContaining('the model failed after decision 1: the counter is broken');
    expect(infos).toEqual([[1, { error, error_stack: expect.stringMatching(/at Counter\.run .*served\.js/) }]]);
    expect(ask({ do: 'step', group, actions })).toMatchObject({ truncations: Uint8Array.of(0, 0), infos: [] });
  });

  it.each([
    ['an action outside its space', { do: 'step', actions: Int32Array.of(1, 3) }, 'value', 'entry 1 is 3'],
    ['actions of another type', { do: 'step', actions: [1, 1] }, 'value', 'expected an Int32Array of 2'],
    ['no actions', { do: 'step' }, 'request', 'actions: '],
    ['too few actions', { do: 'step', actions: Int32Array.of(1) }, 'value', 'expected 2 entries, got 1'],
    ['another number of seeds', { do: 'reset', seed: [1] }, 'value', 'there are 1 seeds, but 2 environments'],
    ['a short mask', { do: 'reset', mask: [true] }, 'value', 'there are 1 entries of the mask'],
    ['a seed that is none', { do: 'reset', seed: 1.5 }, 'value', 'a seed is an integer from 0 to 2^53 - 1, got 1.5'],
    ['a seed of another type', { do: 'reset', seed: 'one' }, 'request', 'seed: Invalid'],
    ['a group that is not there', { do: 'render', group: 9 }, 'request', 'there is no group 9, or it is closed'],
    ['a word too many', { do: 'render', colour: 1 }, 'request', 'Unrecognized key: "colour"'],
    ['a deed that is unknown', { do: 'evaluate', code: '1' }, 'request', 'do: Invalid'],
    [
      'an environment that is not served',
      { do: 'make', env: 'fs', count: 1, group: undefined },
      'value',
      'there is no',
    ],
    [
      'too many environments',
      { do: 'make', env: Counter, count: 9, group: undefined },
      'value',
      '9 environments asked for, 2 open; a client may have 10 at a time',
    ],
  ])('refuses %s and stays as it was', (_, request, kind, message) => {
    const { ask, error } = open();
    const { group } = ask({ do: 'make', env: Counter, count: 2 });
    ask({ do: 'reset', group, seed: 1 });
    expect(error({ group, ...request })).toEqual({ kind, message: expect.stringContaining(message) });
    expect(ask({ do: 'step', group, actions: Int32Array.of(1, 1) }).observations).toEqual(Float32Array.of(2, 3));
  });

  it('says what is out of turn: a step before reset, and after the end', () => {
    const { ask, error } = open();
    const { group } = ask({ do: 'make', env: Counter, count: 1, autoreset: 'disabled', maxEpisodeSteps: 1 });
    const step = { do: 'step', group, actions: Int32Array.of(1) };
    expect(error(step)).toMatchObject({ kind: 'state', message: expect.stringContaining('step before reset') });
    ask({ do: 'reset', group });
    expect(ask({ do: 'step', group, actions: Int32Array.of(1) }).truncations).toEqual(Uint8Array.of(1));
    expect(error(step)).toMatchObject({ kind: 'state', message: expect.stringContaining('after the end') });
  });

  it('answers what is no message, without an id where it has none', () => {
    const { session, send } = open();
    const reply = decodeMessage(session.answer(Uint8Array.of(0xc1)));
    expect(reply).toMatchObject({ id: null, error: { kind: 'request' } });
    expect(send([])).toMatchObject({ id: null, error: { kind: 'request' } });
    expect(send({ id: 3 })).toMatchObject({ id: 3, error: { kind: 'request' } });
  });

  it('gives the room of closed groups to new ones', () => {
    const { ask, error } = open(2);
    for (let i = 0; i < 5; i++) {
      const { group } = ask({ do: 'make', env: Counter, count: 2 });
      expect(ask({ do: 'close', group })).not.toHaveProperty('error');
      expect(error({ do: 'close', group })).toMatchObject({ kind: 'request' });
    }
  });
});
