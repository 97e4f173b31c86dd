import { join } from 'node:path';
import { writeFileAtomic } from '@unbraid/checks/node';
import type { Experiment } from '../experiment.ts';
import { openCheckpoints } from '../run/checkpoint-store.ts';
import { startClock } from '../run/clock.ts';
import { readConfig, runFiles } from '../run/config.ts';
import { describeMachine, ownVersions } from '../run/environment.ts';
import { readSettings } from '../run/resume.ts';
import { failureOf } from './failure.ts';
import type { ToWorker, WorkerPort } from './protocol.ts';
import { createWorkerContext } from './worker-context.ts';

/** What `serveUnits` takes besides its channel. */
export interface ServeOptions {
  /** The experiment of a name; throws where there is none. */
  readonly find: (name: string) => Promise<Experiment>;
  /** Of the engines at work, as in `StartOptions`. */
  readonly versions?: Readonly<Record<string, string>>;
}

/**
 * The life of a worker: it walks the code of a run's experiment, does the units that it is given over its channel, and ends when it is told to stop. Nothing is put out
 * but checkpoints of these units, in the folder that it is told of.
 */
export async function serveUnits(port: WorkerPort, { find, versions = {} }: ServeOptions): Promise<void> {
  const begun = mailbox(port);
  try {
    const { directory, seconds } = await begun.begin;
    const config = await readConfig(directory);
    const experiment = await find(config.experiment);
    const settings = readSettings(experiment, config, directory);
    const environment = { versions: { ...ownVersions(), ...versions }, machine: describeMachine() };
    const clock = startClock(seconds);
    const onNote = (note: string) => port.send({ type: 'note', note });
    const store = openCheckpoints({
      folder: join(directory, runFiles.checkpoints),
      run: config.fingerprint ?? '',
      environment,
      writeFile: writeFileAtomic,
      onLoad: () => undefined,
      onUnusable: onNote,
    });
    port.send({ type: 'ready', versions: environment.versions });
    const { signal, next, taken } = begun;
    const context = createWorkerContext({
      settings,
      seed: config.seed,
      signal,
      store,
      seconds: clock.seconds,
      next,
      taken,
      port,
    });
    await experiment.run(context);
  } catch (error) {
    if (!begun.signal.aborted) port.send({ type: 'lost', ...failureOf(error) });
  }
}

type Message<T extends ToWorker['type']> = Extract<ToWorker, { readonly type: T }>;

/** The messages of a channel, sorted. */
function mailbox(port: WorkerPort) {
  const controller = new AbortController();
  const units: Message<'unit'>[] = [];
  let wake = () => {};
  let onBegin: (message: Message<'begin'>) => void;
  const begin = new Promise<Message<'begin'>>((resolve) => {
    onBegin = resolve;
  });
  port.listen((message) => {
    if (message.type === 'begin') onBegin(message);
    else if (message.type === 'unit') units.push(message);
    else controller.abort();
    wake();
  });
  const { signal } = controller;
  return {
    begin,
    signal,
    /** The next unit, which stays the next one until `taken`; rejects with the signal's reason. */
    async next(): Promise<Message<'unit'>> {
      while (units.length === 0) {
        signal.throwIfAborted();
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      signal.throwIfAborted();
      return units[0]!;
    },
    taken: () => void units.shift(),
  };
}
