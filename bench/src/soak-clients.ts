import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { connect, type EnvServer, SUBPROTOCOL, serveEnvs } from '@unbraid/sim-env/server';

/**
 * Whether a server of environments keeps anything of clients that have gone: one client after another makes environments, steps and leaves, in one of four
 * ways. Prints the server's memory, threads and descriptors as it goes, and exits with 1 where any of them grew. Linux only, which lists them.
 */

const USAGE = 'usage: node bench/dist/soak-clients.js [--clients 10000]';
const { values } = parseArgs({
  options: { clients: { type: 'string', default: '10000' }, serve: { type: 'boolean', default: false } },
});
const clients = Number(values.clients);
if (!(Number.isInteger(clients) && clients >= 10)) {
  console.error(USAGE);
  process.exit(2);
}

/** Megabytes that the server may end above its second tenth: pages that the C library keeps. */
const ALLOWED_MEGABYTES = 24;

interface Held {
  readonly megabytes: number;
  readonly threads: number;
  readonly descriptors: number;
}

interface Served {
  readonly url: string;
  readonly token: string;
}

/** The server's process: says where it is, then what it holds whenever it is asked. */
async function serve(): Promise<void> {
  const server = await serveEnvs({ modules: [import.meta.resolve('@unbraid/sim-env/models')] });
  process.on('message', async () => process.send!(await heldBy(server)));
  process.on('disconnect', () => process.exit());
  process.send!({ url: server.url, token: server.token } satisfies Served);
}

/** Once the last client has gone. */
async function heldBy(server: EnvServer): Promise<Held> {
  while (server.connections > 0) await setTimeout(5);
  // A thread's end is told before the system has taken it off its list.
  await setTimeout(200);
  for (let i = 0; i < 2; i++) globalThis.gc!();
  return {
    megabytes: Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]) / 1000,
    threads: readdirSync('/proc/self/task').length,
    // But for the one that lists them.
    descriptors: readdirSync('/proc/self/fd').length - 1,
  };
}

async function soak(): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), ['--serve'], { execArgv: ['--expose-gc'] });
  const told = async <T>() => ((await once(child, 'message')) as [T])[0];
  const served = await told<Served>();
  const held: Held[] = [];
  const start = performance.now();
  for (let at = 0; at < clients; at++) {
    await ways[at % ways.length]!(served, at);
    if ((at + 1) % Math.ceil(clients / 10) !== 0 && at + 1 < clients) continue;
    child.send('held');
    held.push(await told<Held>());
    const { megabytes, threads, descriptors } = held.at(-1)!;
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    console.log(
      `${at + 1} clients, ${seconds} s: ${megabytes.toFixed(0)} MB, ${threads} threads, ${descriptors} descriptors`,
    );
  }
  child.disconnect();
  // The first tenth fills what is made once.
  const [before, after] = [held[1]!, held.at(-1)!];
  const grew =
    after.megabytes > before.megabytes + ALLOWED_MEGABYTES ||
    after.threads > before.threads ||
    after.descriptors > before.descriptors;
  console.log(grew ? 'the server grew' : 'the server is as it was');
  process.exitCode = grew ? 1 : 0;
}

/** Makes environments and steps them. */
async function play(served: Served, env: string, count: number, actions: unknown) {
  const client = await connect(served.url, served.token);
  const { group } = await client.ask({ do: 'make', env, count });
  await client.ask({ do: 'reset', group, seed: 1 });
  for (let i = 0; i < 5; i++) await client.ask({ do: 'step', group, actions });
  return { client, group };
}

/** A handshake, and no more: the client is gone before it has asked for anything. */
async function vanish({ url, token }: Served): Promise<void> {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.alloc(16).toString('base64'),
    'sec-websocket-protocol': SUBPROTOCOL,
    authorization: `Bearer ${token}`,
  };
  const asked = request(url.replace('ws:', 'http:'), { headers });
  asked.end();
  const [, socket] = await once(asked, 'upgrade');
  socket.destroy();
}

const ways: readonly ((served: Served, at: number) => Promise<void>)[] = [
  // In order.
  async (served) => {
    const { client, group } = await play(served, 'unbraid/InventoryShop-v0', 4, new Int32Array(4).fill(2));
    await client.ask({ do: 'close', group });
    await client.close();
  },
  // With environments that are open.
  async (served) => {
    const { client } = await play(served, 'unbraid/InventoryShop-v0', 1, Int32Array.of(1));
    await client.close();
  },
  // With a plain model in a thread of its own that waits for an action.
  async (served) => {
    const { client } = await play(served, 'unbraid/Pension-v0', 1, Float32Array.of(0.5));
    await client.close();
  },
  vanish,
];

if (values.serve) await serve();
else await soak();
