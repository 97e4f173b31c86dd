import { createServer, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { EnvError } from '../env-error.ts';
import { type EnvKind, kindOfEnv } from '../env-kind.ts';
import { checkSettings, list, naturalNumber, object, required, words } from '../settings.ts';
import { catalogueOf, loadModule } from './catalogue.ts';
import { attend, type Client } from './client-connection.ts';
import { createGate, freshToken, type Refusal } from './gate.ts';
import { type Limits, limitsWith } from './limits.ts';
import { watchMemory } from './memory-watch.ts';
import { SUBPROTOCOL } from './protocol.ts';
import { createStarts } from './starts.ts';
import { AT_ONCE, createTurns } from './turns.ts';

/** What `serveEnvs` takes. */
export interface ServeOptions {
  /** Addresses (`file:` URLs) of the modules whose environments are served; a client can name no others. */
  readonly modules: readonly string[];
  /** Default 127.0.0.1: programs on this machine. Nothing is encrypted, so serve other machines through a tunnel that is. */
  readonly host?: string;
  /** Default 0: one that is free. */
  readonly port?: number;
  /** What every connection must show; default 256 random bits. */
  readonly token?: string;
  readonly limits?: Partial<Limits>;
  /** Node's options for clients' threads; default this process's. */
  readonly execArgv?: readonly string[];
}

/** A server of environments at work. */
export interface EnvServer {
  /** Such as `ws://127.0.0.1:43210`. */
  readonly url: string;
  readonly token: string;
  /** Ids of the environments. */
  readonly environments: readonly string[];
  /** Of each of them in order: whether it has one agent, several that act at the same time, or several in turn. */
  readonly kinds: readonly EnvKind[];
  /** Clients that are connected. */
  readonly connections: number;
  /** Sends clients away, closes their environments, and frees the port. */
  close(): Promise<void>;
}

const rules = {
  modules: required(list),
  host: words,
  port: {
    expected: 'an integer from 0 to 65535',
    holds: (port: unknown) => naturalNumber.holds(port) && Number(port) < 65_536,
  },
  token: words,
  limits: object,
  execArgv: list,
};

/** Bits of a token that is worth the name: 16 characters of base64. */
const SHORTEST_TOKEN = 16;

/**
 * Serves environments over WebSocket (see `protocol.ts`). Every client has a thread of its own for its environments.
 *
 * @throws EnvError for a module without environments, a token of less than 16 characters or with others than visible ASCII, a port that
 *   is taken; EnvError for a limit that is no positive number, and for an option or limit that is none
 */
export async function serveEnvs(options: ServeOptions): Promise<EnvServer> {
  checkSettings('serveEnvs', options, rules);
  const { modules, execArgv, host = '127.0.0.1', port = 0, token = freshToken() } = options;
  if (!/^[!-~]+$/.test(token) || token.length < SHORTEST_TOKEN) {
    throw new EnvError('setting', `sim-env: serveEnvs: a token is ${SHORTEST_TOKEN} or more visible ASCII characters`);
  }
  const limits = limitsWith(options.limits ?? {});
  const catalogue = catalogueOf(await Promise.all(modules.map(loadModule)));
  const clients = new Set<Client>();
  const gate = createGate(token);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    handleProtocols: (offered) => offered.has(SUBPROTOCOL) && SUBPROTOCOL,
  });
  const http = createServer((_, response) => response.writeHead(426, { connection: 'close' }).end());
  http.headersTimeout = 10_000;

  const starts = createStarts(AT_ONCE);
  const turns = createTurns(limits.connections);
  const memory = watchMemory(clients, limits.memoryMegabytes);

  function admit(socket: WebSocket): void {
    const client = attend(socket, { modules, execArgv, limits, starts, turns });
    clients.add(client);
    memory.watch();
    void client.gone.then(() => clients.delete(client));
  }

  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A client may vanish in the middle of its own refusal.
    socket.on('error', () => socket.destroy());
    const full = { status: 503, reason: `${limits.connections} clients are connected, which is the limit` };
    const refusal = gate(request) ?? unspoken(request) ?? (clients.size >= limits.connections ? full : undefined);
    if (refusal === undefined) sockets.handleUpgrade(request, socket, head, admit);
    else refuse(socket, refusal.status, refusal.reason);
  });

  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, resolve);
  });
  const address = http.address() as AddressInfo;
  return {
    url: `ws://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
    token,
    environments: catalogue.ids(),
    kinds: catalogue.ids().map((id) => kindOfEnv(catalogue.maker(id))),
    get connections() {
      return clients.size;
    },
    async close() {
      memory.stop();
      const closed = new Promise((resolve) => http.close(resolve));
      await Promise.all([...clients].map((client) => client.sendAway('the server is closing')));
      http.closeAllConnections();
      await closed;
    },
  };
}

/** A client names the subprotocol, so that both sides mean the same by a message. */
function unspoken({ headers }: IncomingMessage): Refusal | undefined {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (offered.includes(SUBPROTOCOL)) return undefined;
  return { status: 400, reason: `the subprotocol is missing; ask for ${SUBPROTOCOL}, as Sec-WebSocket-Protocol` };
}

function refuse(socket: Duplex, status: number, reason: string): void {
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, 'connection: close', 'content-type: text/plain'];
  socket.end(`${head.join('\r\n')}\r\ncontent-length: ${reason.length}\r\n\r\n${reason}`);
}
