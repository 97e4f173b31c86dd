import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkSettings, count, emitWarning, integer, StateError } from '@unbraid/checks';
import { writeFileAtomic } from '@unbraid/checks/node';
import { z } from 'zod';
import type { Figure, Progress, Table } from '../context.ts';
import { messageOf, UsageError } from '../errors.ts';
import { writeReport } from '../report/write.ts';
import { type RunConfig, readConfig, readState, runFiles, toJson } from '../run/config.ts';
import { createDefaultDirectory, createNamedDirectory, makeParts, removeUnfinishedFiles } from '../run/directory.ts';
import { describeMachine, ownVersions } from '../run/environment.ts';
import { isInterruption } from '../run/execute.ts';
import { type Lock, lockRun } from '../run/lock.ts';
import { plainScalars } from '../run/metrics.ts';
import { createRecorder } from '../run/recorder.ts';
import { type OpenSession, openSession } from '../run/session.ts';
import { begin } from '../run/start.ts';
import { createScope } from '../run/unit-scope.ts';
import type { Scalars, State, Summary } from '../values.ts';
import { checkSameRun, ownConfig } from './config.ts';
import { type CheckedRunOptions, type CreateRunOptions, checkRunOptions } from './options.ts';
import { type TrackOptions, trackerOf } from './track.ts';

/** Where a loop keeps its state under one name; the `checkpoint` option of every `fit` takes it. */
export interface RunCheckpoint {
  /** The state saved last, or undefined where there is none. Brings back what the run had put out when it was saved. */
  load(): Promise<State | undefined>;
  /** Writes the state whole or not at all, with all that the run has put out so far; throws the signal's reason afterwards if the run was interrupted. */
  save(state: State): Promise<void>;
}

/** A run of a program of one's own. */
export interface Run {
  readonly directory: string;
  /** `config.json` */
  readonly config: RunConfig;
  /** Time that it has taken so far, over all its sessions. */
  seconds(): number;
  /** Adds one line to `metrics.jsonl`; NaN and the infinities are written as strings. */
  log(record: Scalars): void;
  /** How far it has come; kept in `progress.json`, once a second at most. */
  progress(progress: Progress): void;
  /** Draws `figures/<name>.svg`. A later figure of the same name replaces the earlier one. */
  figure(name: string, figure: Figure): Promise<void>;
  /** Puts a table in the report. */
  table(name: string, table: Table): void;
  /**
   * Writes the file `artifacts/<name>`, such as a trained model, whole or not at all.
   * @param name at most 100 letters, digits, ".", "-" and "_"
   */
  artifact(name: string, bytes: Uint8Array): Promise<void>;
  /** @param name where there are several states, such as those of two fits. @defaultValue `state` */
  checkpoint(name?: string): RunCheckpoint;
  /** A listener for `onEpoch`, `onStep` or `onIteration`: each record that it is told becomes a line of `log`, and progress. */
  track(options?: TrackOptions): (record: object) => void;
  /** Ends the run: everything is on the disk, with its summary and report, and its directory is free. Where `createRun` was told what `seconds` is, and the summary has none, it is the run's duration. */
  finish(summary?: Summary): Promise<void>;
  /** Ends it as failed, with the error's message; as interrupted where the error is the signal's. It can be resumed. */
  fail(error: unknown): Promise<void>;
}

/**
 * A run of your own training loop: its directory is like that of every run, so that `unbraid report`, `unbraid export` and `unbraid lab` take it. Until `finish` or `fail` this process
 * holds the directory's lock; one that ends before that leaves the run as killed.
 * @throws {InputError} for options that are unknown or can't be
 * @throws {UsageError} for a directory that is in use: one that holds something and `resume` isn't set, that holds another run, one with other settings or one that is done, or that
 * another process is at. Nothing is written then.
 */
export async function createRun(options: CreateRunOptions): Promise<Run> {
  const checked = checkRunOptions(options);
  const { onNote = emitWarning } = checked;
  const environment = { versions: { ...ownVersions(), ...checked.versions }, machine: describeMachine() };
  const { directory, config, lock } = (await resumed(checked)) ?? (await begun(checked, environment));
  try {
    const hooks = { onNote };
    return runOf(
      await openSession({ directory, config, environment, lock, writeFile: writeFileAtomic, hooks }),
      { directory, config, lock },
      checked.signal,
    );
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** A directory whose lock is held. */
interface Held {
  readonly directory: string;
  readonly config: RunConfig;
  readonly lock: Lock;
}

/** Undefined where there is nothing to go on with. */
async function resumed(options: CheckedRunOptions): Promise<Held | undefined> {
  const { directory, resume } = options;
  if (!resume || directory === undefined || !existsSync(join(directory, runFiles.config))) return undefined;
  const config = await readConfig(directory);
  checkSameRun(config, options, directory);
  const lock = await lockRun(directory);
  try {
    if ((await readState(directory)).status === 'done')
      throw new UsageError(
        `experiment: the run in ${directory} is done; read its summary.json, or choose another directory`,
      );
    await makeParts(directory);
    await removeUnfinishedFiles(directory);
    return { directory, config, lock };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function begun(options: CheckedRunOptions, environment: Parameters<typeof ownConfig>[1]): Promise<Held> {
  const started = new Date();
  const config = ownConfig(options, environment, started);
  const place = await (options.directory === undefined
    ? createDefaultDirectory('runs', options.name.replaceAll('/', '-'), started)
    : createNamedDirectory(options.directory));
  return { directory: place.path, config, lock: await begin(place, config, writeFileAtomic) };
}

const trackSchema = z.object({
  total: count().optional(),
  every: integer({ min: 1 }).optional(),
  also: z
    .record(z.string(), z.union([z.number().or(z.nan()), z.string(), z.boolean()]), {
      error: 'an object of numbers, texts, true and false',
    })
    .optional(),
});

function runOf(session: OpenSession, { directory, config, lock }: Held, signal: AbortSignal | undefined): Run {
  const { metrics, outputs, writeOutput, store, clock, writeFile } = session;
  const recorder = createRecorder({ metrics, outputs, writeOutput });
  const { checkpoints } = createScope({
    recorder,
    store,
    signal: signal ?? new AbortController().signal,
    seconds: clock.seconds,
    flush: outputs.flush,
  });
  let isOver = false;

  function begins(what: string): void {
    if (isOver)
      throw new StateError(`experiment: ${what} of a run that has ended; ${directory} is not this process's any more`);
  }

  /** Does what ends the run, and lets its directory go. */
  async function end(what: string, action: () => Promise<void>): Promise<void> {
    begins(what);
    isOver = true;
    try {
      await action();
    } catch (error) {
      // On a full disk this fails too; the run then counts as killed.
      await session.end({ status: 'failed', error: messageOf(error) }).catch(() => undefined);
      throw error;
    } finally {
      session.close();
      await lock.release();
    }
  }

  const run: Run = {
    directory,
    config,
    seconds: clock.seconds,
    log(record) {
      begins('log');
      recorder.log(record);
    },
    progress(progress) {
      begins('progress');
      session.progress.update(progress);
    },
    async figure(name, figure) {
      begins('figure');
      await recorder.figure(name, figure);
    },
    table(name, table) {
      begins('table');
      recorder.table(name, table);
    },
    async artifact(name, bytes) {
      begins('artifact');
      await recorder.artifact(name, bytes);
    },
    checkpoint: (name = 'state') => ({
      async load() {
        begins('checkpoint');
        return checkpoints.load(name);
      },
      async save(state) {
        begins('checkpoint');
        await checkpoints.save(name, state);
      },
    }),
    track(options = {}) {
      const { total, every, also } = checkSettings('experiment: track', trackSchema, options);
      return trackerOf(
        { log: run.log, progress: run.progress, config: config.config },
        { ...(total !== undefined && { total }), ...(every !== undefined && { every }), ...(also && { also }) },
      );
    },
    async finish(summary = {}) {
      const plain = plainScalars('the summary', summary);
      await end('finish', async () => {
        await recorder.settle();
        const whole = 'seconds' in config.about.summary ? { seconds: clock.seconds(), ...plain } : plain;
        await writeFile(join(directory, runFiles.summary), toJson(whole));
        await session.end({ status: 'done' });
        await writeReport(directory, writeFile);
      });
    },
    fail: (error) =>
      end('fail', async () => {
        await recorder.settle().catch(() => undefined);
        if (isInterruption(error, signal)) await session.end({ status: 'interrupted' });
        else await session.end({ status: 'failed', error: messageOf(error) });
      }),
  };
  return run;
}
