import { WebSocket } from 'ws';
import { createRandom, type Random } from '../src/random.ts';
import { type EnvServer, SUBPROTOCOL } from '../src/server/index.ts';
import { encodeMessage } from '../src/server/wire.ts';

/** What became of the messages. */
export interface FuzzReport {
  readonly sent: number;
  readonly replies: number;
  readonly connections: number;
}

/** Messages that a client may leave unanswered; below the server's own limit, so that most messages reach a session. */
const WINDOW = 16;

/**
 * Sends a server messages that make no sense: random bytes, requests with parts missing, wrong or exchanged, damaged ones, too long ones,
 * text, headers that announce more than there is. Connects anew whenever it is sent away, and sometimes just leaves.
 */
export async function fuzz(
  server: EnvServer,
  messages: number,
  seed: number,
  messageBytes: number,
): Promise<FuzzReport> {
  const random = createRandom(seed);
  let [sent, replies, connections] = [0, 0, 0];
  while (sent < messages) {
    connections++;
    const socket = new WebSocket(server.url, SUBPROTOCOL, {
      headers: { authorization: `Bearer ${server.token}` },
    });
    let open = 0;
    let wake = () => {};
    socket.on('message', () => {
      replies++;
      open--;
      wake();
    });
    socket.on('error', () => {});
    socket.on('close', () => wake());
    await new Promise((resolve) => {
      socket.once('open', resolve);
      socket.once('close', resolve);
    });
    while (sent < messages && socket.readyState === WebSocket.OPEN) {
      socket.send(nonsense(random, messageBytes));
      sent++;
      open++;
      while (open >= WINDOW && socket.readyState === WebSocket.OPEN) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (random.int(3000) === 0) socket.terminate();
    }
    socket.terminate();
  }
  return { sent, replies, connections };
}

function nonsense(random: Random, messageBytes: number): Uint8Array | string {
  const kind = random.int(1000);
  if (kind === 0) return 'text';
  if (kind === 1) return bytes(random, messageBytes + 1);
  if (kind < 150) return bytes(random, random.int(200));
  if (kind < 200) return bomb(random);
  const message = encodeMessage(request(random));
  return kind < 500 ? damaged(random, message) : message;
}

const bytes = (random: Random, length: number) => Uint8Array.from({ length }, () => random.int(256));

/** Headers that announce much, one in another. */
function bomb(random: Random): Uint8Array {
  const header = pick(random, [
    [0xdd, 0, 1, 0xff, 0xff],
    [0xdc, 0xff, 0xff],
    [0xdf, 0xff, 0xff, 0xff, 0xff],
    [0xde, 0x0f, 0xff],
    [0x91],
    [0xc9, 0xff, 0xff, 0xff, 0xff, 1],
  ]);
  return Uint8Array.from({ length: header.length * random.int(5000) }, (_, i) => header[i % header.length]!);
}

function damaged(random: Random, message: Uint8Array): Uint8Array {
  const copy = message.slice(0, random.int(2) === 0 ? message.length : random.int(message.length));
  for (let i = random.int(4); i > 0 && copy.length > 0; i--) copy[random.int(copy.length)] = random.int(256);
  return copy;
}

const AGENTS = ['make-agents', 'reset-agents', 'step-agents', 'observe', 'state'];

/** A request in whose every part something may be wrong; some are right. */
function request(random: Random): unknown {
  const parts: Record<string, unknown> = {
    id: pick(random, [1, 2 ** 40, -1, 0.5, 'one', null, undefined]),
    do: pick(random, [
      'list',
      'make',
      'reset',
      'step',
      'render',
      'close',
      ...AGENTS,
      'eval',
      '__proto__',
      7,
      undefined,
    ]),
    env: pick(random, [
      'test/Band-v0',
      'test/PlainBand-v0',
      'test/Counter-v0',
      'test/Echo-v0',
      'plainWalker-v0',
      '../secret',
      'fs',
      '',
      5,
      undefined,
    ]),
    count: pick(random, [1, 2, 3, 1e9, -1, 1.5, Number.NaN, '2', undefined]),
    group: pick(random, [1, 2, 3, 4, 5, 0, -1, 1e300, null, undefined]),
    seed: pick(random, [1, -1, 2 ** 60, [1, 2], [null], new Array(50).fill(1), 'seed', undefined]),
    mask: pick(random, [[true], [false, true], [], [1], 'all', undefined, undefined, undefined]),
    options: pick<unknown>(random, [
      { length: random.int(5) },
      { failAt: random.int(4) },
      { constructor: 1 },
      [],
      1,
      undefined,
    ]),
    actions: pick(random, [
      Int32Array.of(random.int(4)),
      Int32Array.of(1, 1),
      Float64Array.of(Number.NaN),
      new Uint8Array(random.int(50)),
      { box: 1 },
      { walker_0: Int32Array.of(random.int(4)) },
      { walker_0: Int32Array.of(1), walker_1: Int32Array.of(1), painter_0: Int32Array.of(1, 1) },
      { walker_0: null },
      {},
      [[[[[[]]]]]],
      'up',
      undefined,
    ]),
    agent: pick(random, ['walker_0', 'painter_0', '__proto__', 'x'.repeat(random.int(2000)), 1, undefined]),
    autoreset: pick(random, ['next-step', 'same-step', 'disabled', 'never', undefined, undefined]),
    maxEpisodeSteps: pick(random, [1, 5, 0, Number.POSITIVE_INFINITY, undefined, undefined]),
  };
  // Most requests have only the parts that belong to them, or none would get far.
  const fitting = random.int(5) > 0 ? belonging.get(parts.do) : undefined;
  const keys = fitting ?? Object.keys(parts).filter(() => random.int(2) === 0);
  return Object.fromEntries(keys.map((key) => [key, parts[key]]));
}

const belonging: ReadonlyMap<unknown, readonly string[]> = new Map(
  Object.entries({
    list: ['id', 'do'],
    make: ['id', 'do', 'env', 'count', 'autoreset', 'maxEpisodeSteps'],
    reset: ['id', 'do', 'group', 'seed', 'mask', 'options'],
    step: ['id', 'do', 'group', 'actions'],
    render: ['id', 'do', 'group'],
    close: ['id', 'do', 'group'],
    'make-agents': ['id', 'do', 'env', 'maxEpisodeSteps'],
    'reset-agents': ['id', 'do', 'group', 'seed', 'options'],
    'step-agents': ['id', 'do', 'group', 'actions'],
    observe: ['id', 'do', 'group', 'agent'],
    state: ['id', 'do', 'group'],
  }),
);

const pick = <T>(random: Random, choices: readonly T[]): T => choices[random.int(choices.length)]!;
