import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ServerType, serve } from '@hono/node-server';
import {
  callback,
  checkSettings,
  emitWarning,
  flag,
  having,
  InputError,
  integer,
  text,
  type WarningListener,
} from '@unbraid/checks';
import { cacheFolder } from '@unbraid/data/folders';
import { z } from 'zod';
import type { Lab } from '../api.ts';
import { openLabStore } from '../database/open-lab-store.ts';
import { createLevelCache } from '../series/level-cache.ts';
import { createSeriesStore } from '../series/series-store.ts';
import { createAccess } from './access.ts';
import { createApp, type Experiments } from './app.ts';
import { createBoard } from './board.ts';
import { inUrl, shownHost } from './hosts.ts';
import { type CommandProgram, createLauncher } from './launcher.ts';
import { createLineFeed } from './line-feed.ts';
import { pageFolder, staticFiles } from './static-files.ts';
import { newToken } from './token.ts';

/** What `serveLab` takes. */
export interface LabOptions {
  /** Folders that are shown, with all runs below them; none only where `on` is given. Runs are started in the first. */
  readonly places: readonly string[];
  /**
   * A database of `@unbraid/cluster` whose runs are shown besides: `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, the password also by PGPASSWORD or ~/.pgpass. It is only
   * read, and one that can't be reached is tried again until it can. The password is told to nobody. @defaultValue none
   */
  readonly on?: string;
  /** A line on what doesn't keep the lab from being served: the database can't be reached. @defaultValue a warning of the process */
  readonly onWarning?: WarningListener;
  /** Other than a loopback address, other machines reach the lab. @defaultValue `127.0.0.1` */
  readonly host?: string;
  /** 0 for one that is free. @defaultValue 0 */
  readonly port?: number;
  /** Nothing can be started, stopped or noted. @defaultValue false */
  readonly readOnly?: boolean;
  /** Experiments that can be started from the page, by `program`. @defaultValue none */
  readonly experiments?: Experiments;
  /** The command that begins and resumes runs. @defaultValue none: runs can't be started */
  readonly program?: CommandProgram;
  /** Where indexes of runs and levels of curves are kept. @defaultValue `lab` in the user's folder of Unbraid's caches */
  readonly cache?: string;
  /** MiB of lines of runs that are held in memory. @defaultValue 256 */
  readonly memoryMiB?: number;
  /** MiB of levels of curves that are kept on the disk. @defaultValue 4096 */
  readonly cacheMiB?: number;
}

/** A lab that is served. */
export interface LabServer {
  /** To be opened: it has the token, which the browser is given a cookie for. */
  readonly url: string;
  /** `http://127.0.0.1:4321` */
  readonly origin: string;
  /** What programs send: `Authorization: Bearer TOKEN`. */
  readonly token: string;
  close(): Promise<void>;
}

const settings = z.object({
  places: z.array(text()),
  on: text().optional(),
  onWarning: callback<WarningListener>().optional(),
  host: text().default('127.0.0.1'),
  port: integer({ min: 0, max: 65_535 }).default(0),
  readOnly: flag().default(false),
  experiments: having<Experiments>('an object with list and find', 'list', 'find').optional(),
  program: having<CommandProgram>('a program { module }', 'module').optional(),
  cache: text().optional(),
  memoryMiB: integer({ min: 16, max: 65_536 }).default(256),
  cacheMiB: integer({ min: 16, max: 2 ** 24 }).default(4096),
});

/** Milliseconds between two looks at all folders, and at the database. */
const POLL_MS = 1000;
/** Addresses name as many runs as are compared. */
const MOST_HEADER_BYTES = 65_536;

/**
 * Shows the runs below some folders, and of a database, on a page, and as JSON.
 * @throws {UsageError} where `on` is no address of a database, or the package that reads it isn't installed
 * @throws {InputError} `setting` for options that are none, and where it can't listen at that address
 */
export async function serveLab(options: LabOptions): Promise<LabServer> {
  const checked = checkSettings('lab: serveLab', settings, options);
  const {
    places,
    on,
    onWarning = emitWarning,
    host,
    port,
    readOnly,
    cache,
    memoryMiB,
    cacheMiB,
    experiments,
    program,
  } = checked;
  const version = ownVersion();
  const folder = cache ?? cacheFolder('lab');
  if (places.length === 0 && on === undefined)
    throw new InputError('setting', 'lab: there is nothing to show: give places, folders of runs, or on, a database');
  const source = { places, on, onWarning, cache: folder, version, pollMs: POLL_MS };
  const { store, database } = await openLabStore(source);
  const levels = createLevelCache(join(folder, 'levels'), cacheMiB * 2 ** 20, version);
  const series = createSeriesStore(memoryMiB * 2 ** 20, levels);
  const board = createBoard(store);
  const feed = createLineFeed(store, series);
  const token = newToken();
  let cookie = '';
  const launcher = program && createLauncher(store, program);
  const starting = experiments && launcher && { experiments, launcher };
  const canStart = !readOnly && starting !== undefined && places.length > 0;
  const lab = (): Lab => ({ version, readOnly, canStart, places, ...(database && { database: database.state() }) });
  const access = createAccess(host, token, () => cookie);
  const app = createApp({
    lab,
    store,
    database,
    series,
    board,
    feed,
    access,
    files: staticFiles(pageFolder()),
    starting,
  });
  const closeParts = async () => {
    await launcher?.close();
    feed.close();
    board.close();
    await store.close();
    await series.close();
  };
  try {
    const { server, port: own } = await listen(app.fetch, host, port);
    cookie = `unbraid_lab_${own}`;
    const origin = `http://${inUrl(shownHost(host))}:${own}`;
    return {
      url: `${origin}/?token=${token}`,
      origin,
      token,
      async close() {
        await new Promise<void>((resolve) => {
          server.close(() => resolve());
          if ('closeAllConnections' in server) server.closeAllConnections();
        });
        await closeParts();
      },
    };
  } catch (error) {
    await closeParts();
    throw error;
  }
}

type Fetch = Parameters<typeof serve>[0]['fetch'];

function listen(
  fetch: Fetch,
  host: string,
  port: number,
): Promise<{ readonly server: ServerType; readonly port: number }> {
  return new Promise((resolve, reject) => {
    const server = serve(
      { fetch, hostname: host, port, serverOptions: { maxHeaderSize: MOST_HEADER_BYTES } },
      (address) => resolve({ server, port: address.port }),
    );
    server.once('error', (error) =>
      reject(
        new InputError('setting', `lab: cannot listen at ${host}, port ${port}: ${error.message}`, { cause: error }),
      ),
    );
  });
}

function ownVersion(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
