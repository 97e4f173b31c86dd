import type { FromWorker, WorkerEnd, WorkerProcess, WorkerStart } from '@unbraid/experiment/workers';
import type { Job, RunId } from '../cluster.ts';
import type { RunFolder } from './run-folder.ts';

/** How a unit's work ended. */
export type Outcome =
  | Extract<FromWorker, { readonly type: 'done' | 'failed' | 'lost' }>
  | { readonly type: 'ended'; readonly end: WorkerEnd };

/** A process that works for one run, in its folder. */
export interface Child {
  readonly run: RunId;
  readonly folder: RunFolder;
  /** Whether it has found the experiment. */
  readonly isReady: boolean;
  /** The end of what it has printed. */
  printed(): string;
  /** Whether it can be given a unit of the group: it hasn't ended, and its walk, which doesn't go back, isn't behind that group. */
  serves(run: RunId, group: number): boolean;
  /** Does a unit; the process does one at a time. */
  work(job: Pick<Job, 'group' | 'key'>, onState: (file: string, isThere: boolean) => void): Promise<Outcome>;
  /** Tells it to save what can be saved and to end; ends when it has. */
  stop(seconds: number): Promise<WorkerEnd>;
}

export function startChild(
  start: (start: WorkerStart) => WorkerProcess,
  run: RunId,
  folder: RunFolder,
  threads: number,
  onNote: (note: string) => void,
): Child {
  let isReady = false;
  let isEnding = false;
  let walk = 0;
  let onMessage: (message: FromWorker) => void = () => undefined;
  const process = start({
    threads,
    onMessage(message) {
      if (message.type === 'ready') isReady = true;
      else if (message.type === 'note') onNote(message.note);
      else onMessage(message);
    },
  });
  void process.ended.then(() => {
    isEnding = true;
  });
  process.send({ type: 'begin', directory: folder.path, seconds: 0 });
  return {
    run,
    folder,
    get isReady() {
      return isReady;
    },
    printed: () => process.printed(),
    serves: (wanted, group) => wanted === run && group >= walk && !isEnding,
    work({ group, key }, onState) {
      walk = group;
      return new Promise((resolve) => {
        onMessage = (message) => {
          if (message.type === 'lost') resolve(message);
          else if (message.type === 'state') onState(message.file, message.removed !== true);
          else if ((message.type === 'done' || message.type === 'failed') && message.key === key) resolve(message);
        };
        void process.ended.then((end) => resolve({ type: 'ended', end }));
        process.send({ type: 'unit', group, key });
      });
    },
    stop(seconds) {
      isEnding = true;
      return process.stop(seconds);
    },
  };
}
