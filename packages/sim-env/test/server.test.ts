import { existsSync, readdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SUBPROTOCOL } from '../src/server/index.ts';
import { encodeMessage } from '../src/server/wire.ts';
import { enter, modules, serve, until } from './served.ts';

const Counter = 'test/Counter-v0';

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

  it('refuses one client more than its limit, until another leaves', async () => {
    const server = await serve({ limits: { connections: 1 } });
    const first = await enter(server);
    await expect(enter(server)).rejects.toThrow('503');
    await first.close();
    await until(() => server.connections === 0);
    await expect((await enter(server)).ask({ do: 'list' })).resolves.toHaveProperty('environments');
  });

  it.each([
    ['a message that is too long', new Uint8Array(2000), 1009, ''],
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
    ['hangs', { hangAt: 0 }, { answerSeconds: 5 }, 'the answer took longer than 5 s'],
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
    ['a limit that is none', { limits: { pending: 0 } }, 'the limit pending is a positive number, got 0'],
    ['a module without environments', { modules: ['node:path'] }, 'node:path exports no environment'],
    ['a module twice', { modules: [modules[0]!, modules[0]!] }, 'is registered twice'],
  ])('does not start with %s', async (_, options, message) => {
    await expect(serve(options)).rejects.toThrow(message);
  });
});
