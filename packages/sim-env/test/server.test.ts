import { existsSync, readdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SUBPROTOCOL } from '../src/server/index.ts';
import { encodeMessage } from '../src/server/wire.ts';
import { enter, modules, serve, until } from './served.ts';

const Counter = 'test/Counter-v0';
const troubled = new URL('fixtures/troubled.js', import.meta.url).href;

/** A socket that is open, without the manners of our client, and how it ends. */
async function rawSocket({ url, token }: { readonly url: string; readonly token: string }) {
  const socket = new WebSocket(url, SUBPROTOCOL, { headers: { authorization: `Bearer ${token}` } });
  const ended = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  );
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => {});
  return { socket, ended };
}

/** Where Linux lists the threads of this process. */
const tasks = '/proc/self/task';
const threads = () => readdirSync(tasks).length;

describe('a server of environments', () => {
  it('serves what its modules export, at an address of this machine', async () => {
    const server = await serve();
    expect(server.url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+$/);
    const client = await enter(server);
    const { environments } = await client.ask({ do: 'list' });
    expect(environments).toEqual(server.environments);
    expect(environments).toContain('plainWalker-v0');
    const { group } = await client.ask({ do: 'make', env: Counter, count: 2 });
    expect((await client.ask({ do: 'reset', group, seed: 1 })).observations).toEqual(Float32Array.of(1, 2));
  });

  it('runs unchanged synchronous models, in threads of their own', async () => {
    const client = await enter(await serve());
    const { group } = await client.ask({ do: 'make', env: 'plainWalker-v0', count: 2 });
    expect((await client.ask({ do: 'reset', group, seed: 3 })).observations).toEqual(Int32Array.of(3, 4));
    expect((await client.ask({ do: 'step', group, actions: Int32Array.of(1, -1) })).observations).toEqual(
      Int32Array.of(4, 3),
    );
  });

  it.each([
    ['a wrong token', { authorization: 'Bearer nonsense' }, 401],
    ['no token', {}, 401],
    ['a web page', { authorization: 'TOKEN', origin: 'http://127.0.0.1' }, 403],
  ])('refuses %s before anything else', async (_, headers, status) => {
    const server = await serve();
    const socket = new WebSocket(server.url, SUBPROTOCOL, {
      headers: { ...headers, ...('origin' in headers && { authorization: `Bearer ${server.token}` }) },
    });
    const error = await new Promise<Error>((resolve) => socket.once('error', resolve));
    expect(error.message).toBe(`Unexpected server response: ${status}`);
    expect(server.connections).toBe(0);
  });

  it.each([[[]], [['another.1']]])('refuses a client that does not name the subprotocol: %j', async (protocols) => {
    const { url, token } = await serve();
    const socket = new WebSocket(url, protocols, { headers: { authorization: `Bearer ${token}` } });
    const error = await new Promise<Error>((resolve) => socket.once('error', resolve));
    expect(error.message).toBe('Unexpected server response: 400');
  });

  it('refuses one client more than its limit, until another leaves', async () => {
    const server = await serve({ limits: { connections: 1 } });
    const first = await enter(server);
    await expect(enter(server)).rejects.toThrow('503');
    await first.close();
    await until(() => server.connections === 0);
    await expect((await enter(server)).ask({ do: 'list' })).resolves.toHaveProperty('environments');
  });

  it.each([
    ['a message that is too long', new Uint8Array(2000), 1009, 'longer than 1000 bytes, the limit messageBytes'],
    ['a message of text', 'hello', 1003, 'messages are binary'],
  ])('sends a client away for %s', async (_, message, code, reason) => {
    const { socket, ended } = await rawSocket(await serve({ limits: { messageBytes: 1000 } }));
    socket.send(message);
    expect(await ended).toEqual({ code, reason: expect.stringContaining(reason) });
  });

  it('sends a client away that does not wait for replies, or asks too often, or does nothing', async () => {
    const list = encodeMessage({ id: 1, do: 'list' });
    const hasty = await rawSocket(await serve({ limits: { pending: 5 } }));
    for (let i = 0; i < 6; i++) hasty.socket.send(list);
    expect(await hasty.ended).toEqual({ code: 1008, reason: '5 messages wait for replies' });

    const busy = await rawSocket(await serve({ limits: { messagesPerSecond: 2 } }));
    for (let i = 0; i < 5; i++) busy.socket.send(list);
    expect(await busy.ended).toEqual({ code: 1008, reason: 'more than 2 messages a second' });

    const idle = await rawSocket(await serve({ limits: { idleSeconds: 0.2 } }));
    expect(await idle.ended).toEqual({ code: 1001, reason: 'idle for 0.2 s' });
  });

  it('sends a client away that does not take its replies', async () => {
    const { socket, ended } = await rawSocket(await serve({ limits: { unreadBytes: 10 } }));
    socket.send(encodeMessage({ id: 1, do: 'list' }));
    expect((await ended).code).toBe(1006);
  });

  it.each([
    ['hangs', { hangAt: 0 }, { answerSeconds: 5 }, /longer than 5 s; the model is at run \(.*served\.js:\d+:\d+\)/],
    ['hoards', { hoardAt: 0 }, { memoryMegabytes: 64 }, /memory limit/],
  ])(
    'ends the environments of a client whose model %s, and nobody else notices',
    async (_, options, limits, reason) => {
      const server = await serve({ limits });
      const neighbour = await enter(server);
      const { group } = await neighbour.ask({ do: 'make', env: Counter, count: 1 });
      await neighbour.ask({ do: 'reset', group, seed: 1 });
      const client = await enter(server);
      const { group: doomed } = await client.ask({ do: 'make', env: Counter, count: 1 });
      const ending = expect(client.ask({ do: 'reset', group: doomed, options })).rejects.toThrow(reason);
      await neighbour.ask({ do: 'step', group, actions: Int32Array.of(1) });
      await ending;
      await until(() => server.connections === 1);
      const { observations } = await neighbour.ask({ do: 'step', group, actions: Int32Array.of(1) });
      expect(observations).toEqual(Float32Array.of(3));
    },
  );

  it('shares the memory of a client among the threads of its plain models, of which one that takes too much ends alone', async () => {
    const client = await enter(
      await serve({ modules: [troubled], limits: { memoryMegabytes: 200, modelSeconds: 100 } }),
    );
    const { group } = await client.ask({ do: 'make', env: 'troubled-v0', count: 2 });
    await client.ask({ do: 'reset', group, options: { trouble: 'hoards' }, mask: [false, true] }).catch(() => {});
    await client.ask({ do: 'reset', group });
    await client.ask({ do: 'reset', group, options: { trouble: 'hoards' }, mask: [false, true] });
    const step = client.ask({ do: 'step', group, actions: Int32Array.of(0, 0) });
    await expect(step).rejects.toMatchObject({
      kind: 'model',
      message: expect.stringContaining(
        'environment 1: troubled: the model failed after decision 1: its thread ran out of memory',
      ),
      environments: [1],
      results: { observations: Int32Array.of(1, 0) },
    });
    await client.ask({ do: 'reset', group, mask: [false, true] });
    await expect(client.ask({ do: 'step', group, actions: Int32Array.of(0, 0) })).resolves.toMatchObject({
      observations: Int32Array.of(2, 1),
    });
    await expect(client.ask({ do: 'make', env: 'troubled-v0', count: 100 })).rejects.toThrow(
      '100 plain models in threads of their own need 8 MB each, and 100 of 200 MB are left, the limit memoryMegabytes',
    );
  });

  it('sends a client away whose model takes memory without end in typed arrays, within one step', async () => {
    const server = await serve({ modules: [troubled], limits: { memoryMegabytes: 100 } });
    const client = await enter(server);
    const { group } = await client.ask({ do: 'make', env: 'hoarder-v0', count: 1 });
    await client.ask({ do: 'reset', group });
    await expect(client.ask({ do: 'step', group, actions: Int32Array.of(0) })).rejects.toThrow(
      'its environments took more than 100 MB of memory, the limit memoryMegabytes',
    );
    await until(() => server.connections === 0);
  });

  it('says where a plain model hangs, by its file and line', async () => {
    const client = await enter(await serve({ modules: [troubled], limits: { modelSeconds: 1 } }));
    const { group } = await client.ask({ do: 'make', env: 'troubled-v0', count: 1 });
    await client.ask({ do: 'reset', group, options: { trouble: 'hangs' } });
    await expect(client.ask({ do: 'step', group, actions: Int32Array.of(0) })).rejects.toThrow(
      /within 1000 ms after decision 1; it is at hangs \(.*troubled\.js:\d+:\d+\)/,
    );
  });

  it('lets many clients that come at once take their first steps, one after another', async () => {
    const server = await serve({ limits: { connections: 30, answerSeconds: 20 } });
    const steps = Array.from({ length: 24 }, async (_, i) => {
      const client = await enter(server);
      const env = i % 3 === 0 ? 'plainWalker-v0' : Counter;
      const { group } = await client.ask({ do: 'make', env, count: 1 });
      await client.ask({ do: 'reset', group, seed: 1 });
      const { rewards } = await client.ask({ do: 'step', group, actions: Int32Array.of(1) });
      await client.close();
      return rewards.length;
    });
    expect(await Promise.all(steps)).toEqual(steps.map(() => 1));
  });

  it.skipIf(!existsSync(tasks))('leaves no threads when clients disappear in the middle of something', async () => {
    const server = await serve();
    const before = threads();
    for (let i = 0; i < 3; i++) {
      const { socket } = await rawSocket(server);
      socket.send(encodeMessage({ id: 0, do: 'make', env: 'plainWalker-v0', count: 3 }));
      socket.send(encodeMessage({ id: 1, do: 'reset', group: 1 }));
      socket.send(encodeMessage({ id: 2, do: 'step', group: 1, actions: Int32Array.of(1, 1, 1) }));
      if (i > 0) await new Promise((resolve) => socket.once('message', resolve));
      expect(threads()).toBeGreaterThan(before);
      socket.terminate();
    }
    await until(() => server.connections === 0);
    await expect.poll(threads, { timeout: 10_000 }).toBeLessThanOrEqual(before);
  });

  it('does not mind what is no WebSocket', async () => {
    const server = await serve();
    const port = Number(new URL(server.url).port);
    expect((await fetch(server.url.replace('ws:', 'http:'))).status).toBe(426);
    for (const text of ['\r\n\r\n', 'GET / HTTP/1.1\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n', '\0\xff']) {
      const socket = createConnection(port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write(text);
      await new Promise((resolve) => setTimeout(resolve, 50));
      socket.destroy();
    }
    await expect((await enter(server)).ask({ do: 'list' })).resolves.toHaveProperty('environments');
  });

  it('closes with clients in it, tells them so, and frees its port', async () => {
    const server = await serve();
    const { ended } = await rawSocket(server);
    await server.close();
    expect(await ended).toEqual({ code: 1001, reason: 'the server is closing' });
    expect(server.connections).toBe(0);
    await expect(serve({ port: Number(new URL(server.url).port) })).resolves.toMatchObject({ url: server.url });
  });

  it.each([
    ['a short token', { token: 'short' }, 'a token is 16 or more visible ASCII characters'],
    ['a token of two lines', { token: 'a token that is\nlong enough' }, 'a token is 16 or more visible'],
    ['a limit that is none', { limits: { pending: 0 } }, 'the limit pending is a positive integer, got 0'],
    ['an unknown limit', { limits: { conections: 3 } as never }, 'no limit "conections"; did you mean connections?'],
    [
      'a limit beyond all timers',
      { limits: { idleSeconds: 1e7 } },
      'the limit idleSeconds is at most 2147483, got 10000000',
    ],
    ['an option that is none', { prot: 80 } as never, 'there is no setting "prot"; did you mean port?'],
    ['a port that is none', { port: 70_000 }, 'port is an integer from 0 to 65535, got 70000'],
    ['a module without environments', { modules: ['node:path'] }, 'node:path exports no environment'],
    ['a module twice', { modules: [modules[0]!, modules[0]!] }, 'is registered twice'],
  ])('does not start with %s', async (_, options, message) => {
    await expect(serve(options)).rejects.toThrow(message);
  });
});
