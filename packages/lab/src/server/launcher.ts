import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makeFolder } from '@unbraid/checks/node';
import { UsageError } from '@unbraid/experiment';
import { directoryName, holderOf, runFiles } from '@unbraid/experiment/directory';
import type { RunRow } from '../api.ts';
import { runId } from '../runs/run-id.ts';
import type { RunStore, StoredRun } from '../runs/run-store.ts';
import { wrong } from './failure.ts';
import type { CheckedRequest } from './start-request.ts';

/** The `unbraid` command, as a process of its own. */
export interface CommandProgram {
  /** Path of the module that Node runs. */
  readonly module: string;
  /** Node's own options. @defaultValue those of this process */
  readonly execArgv?: readonly string[] | undefined;
}

/** Begins, stops and resumes runs, in processes of their own. */
export interface Launcher {
  /** @returns the id of the run, which has begun */
  start(request: CheckedRequest): Promise<string>;
  resume(run: StoredRun): Promise<void>;
  /** Interrupts a run that this lab began, where it can go on later. @throws HTTPException 400 for another */
  stop(run: StoredRun): Promise<void>;
  /** Interrupts all runs that this lab began, and waits until they have ended. */
  close(): Promise<void>;
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  stopped: boolean;
  /** The end of what it said. */
  said: string;
}

const KEPT_CHARACTERS = 4000;
/** A run begins in a second or two; one that reads large data first takes longer, and is told of when it is there. */
const BEGIN_MS = 60_000;
const LOOK_MS = 50;
/** Workers save the states of their units; what hasn't ended by then is ended. */
const STOP_MS = 40_000;

/** @param store in whose first folder runs begin */
export function createLauncher(store: RunStore, { module, execArgv = process.execArgv }: CommandProgram): Launcher {
  const running = new Map<string, Running>();
  const taken = new Set<string>();

  /** Never by a shell: each word is what it is. In a group of its own, so that a terminal's Ctrl-C comes from us, and once. */
  function launch(id: string, words: readonly string[]): Running {
    const child = spawn(process.execPath, [...execArgv, module, ...words], {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    const ended = new Promise<void>((resolve) => {
      child.once('error', () => resolve());
      child.once('close', () => resolve());
    });
    const own: Running = { child, ended, stopped: false, said: '' };
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      own.said = (own.said + text).slice(-KEPT_CHARACTERS);
    });
    running.set(id, own);
    void ended.then(() => {
      if (running.get(id) === own) running.delete(id);
      const run = store.get(id);
      if (run !== undefined) void store.look(run.directory);
    });
    return own;
  }

  /** Ends once `is` holds. @throws UsageError where the process ends before */
  async function until(own: Running, is: () => boolean | Promise<boolean>): Promise<void> {
    let over = false;
    void own.ended.then(() => {
      over = true;
    });
    for (const end = Date.now() + BEGIN_MS; Date.now() < end; await pause(LOOK_MS)) {
      if (await is()) return;
      if (over) throw new UsageError(`lab: the run did not begin: ${lastLine(own.said)}`);
    }
  }

  function freeName(stem: string): string {
    const [root, now] = [store.roots[0]!, new Date()];
    for (let attempt = 1; ; attempt++) {
      const path = join(root, directoryName(stem, now, attempt));
      if (taken.has(path) || existsSync(path)) continue;
      taken.add(path);
      return path;
    }
  }

  return {
    async start({ experiment, preset, words }) {
      const root = store.roots[0]!;
      await makeFolder(root);
      const directory = freeName(`${experiment.name.replaceAll('/', '-')}-${preset}`);
      const id = runId(directory);
      const own = launch(id, [...words, '--out', directory, '--json']);
      try {
        await until(own, async () => {
          if (existsSync(join(directory, runFiles.config))) await store.look(root);
          return store.get(id) !== undefined;
        });
      } finally {
        taken.delete(directory);
      }
      return id;
    },
    async resume({ id, directory, row }) {
      if (row.remote) throw wrong(elsewhere(row));
      if (row.status === 'running') throw wrong('this run is going on');
      if (row.status === 'done') throw wrong('this run is done');
      if (row.status === 'unreadable') throw wrong(`this run can't be read: ${row.error ?? ''}`);
      if (running.has(id)) throw wrong('this run is about to go on, or to end');
      const own = launch(id, ['resume', directory, '--json']);
      await until(own, async () => {
        await store.look(directory);
        const status = store.get(id)?.row.status;
        return status === 'running' || status === 'done';
      });
    },
    async stop({ id, directory, row }) {
      if (row.remote) throw wrong(elsewhere(row));
      const own = running.get(id);
      if (own === undefined) throw wrong(await whyNot(directory, row.status === 'running'));
      // A second signal would end it at once, with what it did since its last checkpoint lost.
      if (!own.stopped) own.child.kill('SIGINT');
      own.stopped = true;
    },
    async close() {
      for (const own of running.values()) if (!own.stopped) own.child.kill('SIGINT');
      const all = [...running.values()].map(({ ended }) => ended);
      const late = new AbortController();
      await Promise.race([Promise.all(all), pause(STOP_MS, undefined, { signal: late.signal }).catch(() => undefined)]);
      late.abort();
      for (const { child } of running.values()) child.kill('SIGKILL');
    },
  };
}

const lastLine = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .findLast((line) => line.startsWith('unbraid: '))
    ?.replace(/^unbraid: /, '') ?? 'it ended without a word';

/** A run of a database is gone on with where its directory is, and its units are given out until someone says no. */
const elsewhere = ({ place, units }: RunRow): string =>
  `this run's directory is not shown here; where it is: unbraid resume DIR --on ${place}, and anywhere: unbraid queue cancel ${place} ${units?.run}`;

/** Why a run can't be stopped from here, and how it can. */
async function whyNot(directory: string, isRunning: boolean): Promise<string> {
  if (!isRunning) return 'this run is not going on';
  const elsewhere = 'this lab did not begin this run; stop it where it was begun, by Ctrl-C';
  const holder = await holderOf(directory).catch(() => undefined);
  return holder?.host === hostname() ? `${elsewhere} or by kill -INT ${holder.pid}` : elsewhere;
}
