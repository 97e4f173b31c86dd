import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Address } from './address.ts';
import type { Database, Row, Sql } from './database.ts';
import { connectFailure, isPassing, statementFailure } from './failures.ts';

/** Milliseconds: of the first wait before something is tried again, and of the longest. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 5000;
/** Milliseconds for which a server may be away. */
const PATIENCE = 180_000;
/** Milliseconds that a statement may take, also by way of a connection that has gone dead without a word. */
const LONGEST_STATEMENT = 300_000;
const LONGEST_LOOK = 15_000;

export interface PostgresOptions {
  readonly signal?: AbortSignal | undefined;
  /** Of the pool, besides the one that listens. */
  readonly connections?: number;
  /** For one who looks on: the server lets nothing be written, and a statement fails at once where it is away. @defaultValue false */
  readonly onlooker?: boolean;
}

/** @throws {UsageError} saying in one line why it can't be connected to */
export async function openPostgres(
  address: Address,
  { signal, connections = 3, onlooker = false }: PostgresOptions,
): Promise<Database> {
  const settings = {
    connectionString: address.url,
    application_name: 'unbraid',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
  const pool = new pg.Pool({
    ...settings,
    max: connections,
    idleTimeoutMillis: 30_000,
    query_timeout: onlooker ? LONGEST_LOOK : LONGEST_STATEMENT,
    // The pool waits for it; where it fails, the connection is none.
    ...(onlooker && { onConnect: letNothingBeWritten }),
  });
  // An idle connection was lost: the next statement makes another.
  pool.on('error', () => undefined);
  // A client that is at work says so twice: its statement fails as well.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  try {
    (await pool.connect()).release();
  } catch (error) {
    await pool.end();
    throw connectFailure(error, address);
  }

  const failed = (error: unknown) => (signal?.aborted ? signal.reason : statementFailure(error, address));

  async function withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    return again(signal, onlooker ? 0 : PATIENCE, async () => {
      const client = await pool.connect();
      let broken = true;
      try {
        const result = await work(client);
        broken = false;
        return result;
      } catch (error) {
        broken = isPassing(error);
        // Several statements in one text may have begun a transaction of their own.
        if (!broken) await client.query('rollback').catch(() => undefined);
        throw error;
      } finally {
        client.release(broken);
      }
    }).catch((error) => {
      throw failed(error);
    });
  }

  return {
    address: address.shown,
    query: (text, values) => withClient((client) => sqlOf(client).query(text, values)),
    transaction: (work) =>
      withClient(async (client) => {
        await client.query('begin');
        const result = await work(sqlOf(client));
        await client.query('commit');
        return result;
      }),
    listen: (channel, onNotice) => listen(settings, channel, onNotice),
    close: () => pool.end(),
  };
}

async function letNothingBeWritten(client: pg.ClientBase): Promise<void> {
  await client.query('set default_transaction_read_only = on');
}

/** Does it until it goes well, fails of something that doesn't pass, or patience ends. */
async function again<T>(signal: AbortSignal | undefined, patience: number, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || performance.now() - began >= patience) throw error;
    }
    // Many that lost the same server don't come back at the same moment.
    await pause(wait * (0.5 + Math.random()), undefined, signal && { signal }).catch(() => undefined);
  }
}

function sqlOf(client: pg.PoolClient): Sql {
  return {
    async query<R = Row>(text: string, values?: readonly unknown[]) {
      if (values === undefined || values.length === 0) {
        // Without values the text may hold several statements, of which each has its rows.
        const results = await client.query(text);
        return (Array.isArray(results) ? results.flatMap(({ rows }) => rows) : results.rows) as R[];
      }
      const { rows } = await client.query(text, values.map(toDriver));
      return rows as R[];
    },
  };
}

/** The driver knows bytes as Buffer only; this is a view. */
function toDriver(value: unknown): unknown {
  if (!(value instanceof Uint8Array) || Buffer.isBuffer(value)) return value;
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/** It doesn't wait for a server that is away: what may have been missed is told once it is back. */
async function listen(
  settings: pg.ClientConfig,
  channel: string,
  onNotice: (text: string | undefined) => void,
): Promise<() => Promise<void>> {
  let closed = false;
  let client: pg.Client | undefined;
  const ended = new AbortController();

  async function connect(): Promise<void> {
    for (let wait = FIRST_WAIT; !closed; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      const next = new pg.Client(settings);
      try {
        let lost = false;
        next.on('error', () => undefined);
        next.on('end', () => {
          if (lost || next !== client) return;
          lost = true;
          void connect();
        });
        next.on('notification', ({ payload }) => onNotice(payload));
        await next.connect();
        client = next;
        if (closed) return await next.end();
        await next.query(`listen ${channel}`);
        onNotice(undefined);
        return;
      } catch {
        client = undefined;
        await next.end().catch(() => undefined);
        await pause(wait, undefined, { signal: ended.signal }).catch(() => undefined);
      }
    }
  }

  void connect();
  return async () => {
    closed = true;
    ended.abort();
    const last = client;
    client = undefined;
    await last?.end().catch(() => undefined);
  };
}
