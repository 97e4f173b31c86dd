import { WebSocket } from 'ws';
import { EnvError } from '../env-error.ts';
import { type Asking, type ErrorKind, type ErrorReply, type Replies, SUBPROTOCOL } from './protocol.ts';
import { decodeMessage, encodeMessage } from './wire.ts';

/** An error that the server replied. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  readonly code = 'remote';
  /** What the server's error was. */
  readonly kind: ErrorKind;
  /** Which of a group's environments threw, where it has several. */
  readonly environments: readonly number[];
  /** What the step gave, in which environments of a group threw. */
  readonly results: Replies['step'] | undefined;

  constructor({ error: { kind, message, stack }, environments = [], results }: ErrorReply) {
    super(message);
    this.kind = kind;
    this.environments = environments;
    this.results = results;
    if (stack !== undefined) this.stack = `${stack}\n${this.stack}`;
  }
}

/** A connection to a server of environments. */
export interface Connection {
  /** @throws RemoteError; Error when the connection has ended, with the server's reason */
  ask<K extends keyof Replies>(request: Asking<K>): Promise<Replies[K]>;
  close(): Promise<void>;
}

interface Waiting {
  resolve(reply: unknown): void;
  reject(error: Error): void;
}

/** @throws EnvError where there is no server, or it refuses */
export async function connect(url: string, token: string): Promise<Connection> {
  const socket = new WebSocket(url, SUBPROTOCOL, {
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: false,
  });
  const waiting: Waiting[] = [];
  let asked = 0;
  let ended: Error | undefined;

  socket.on('message', (data: Buffer) => {
    const reply = decodeMessage(data) as ErrorReply | object;
    const next = waiting.shift();
    if ('error' in reply) next?.reject(new RemoteError(reply));
    else next?.resolve(reply);
  });
  const closed = new Promise<void>((resolve) => {
    socket.once('close', (code, reason) => {
      ended = new EnvError('connection', `sim-env: the connection has ended: ${reason.toString() || `code ${code}`}`);
      for (const { reject } of waiting.splice(0)) reject(ended);
      resolve();
    });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => {});
  return {
    ask<K extends keyof Replies>(request: Asking<K>) {
      if (ended !== undefined) return Promise.reject(ended);
      return new Promise<Replies[K]>((resolve, reject) => {
        waiting.push({ resolve: resolve as (reply: unknown) => void, reject });
        socket.send(encodeMessage({ id: asked++, ...request }));
      });
    },
    close() {
      socket.close();
      return closed;
    },
  };
}
