import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FromWorker, ToWorker, WorkerEnd, WorkerProcess, WorkerStart } from '@unbraid/experiment/workers';

/** What a script has of the process that it is. */
export interface Script {
  readonly folder: string;
  /** Which process of the test it is, counted from 1. */
  readonly number: number;
  readonly threads: number;
  send(message: FromWorker): void;
  /** Writes a checkpoint and tells that the unit is done. */
  done(key: string, text?: string): void;
  /** Writes a state of the unit and tells of it. */
  state(key: string, text: string): void;
  end(end?: Partial<WorkerEnd>): void;
}

/**
 * Processes whose work is a function of the test.
 * @param onMessage hears of units and `stop`
 */
export function scripted(onMessage: (message: ToWorker, script: Script) => void, printed = '') {
  const folders: string[] = [];
  let started = 0;
  return {
    folders,
    count: () => started,
    start({ threads, onMessage: tell }: WorkerStart): WorkerProcess {
      const number = ++started;
      let folder = '';
      let hasEnded = false;
      let onEnd: (end: WorkerEnd) => void;
      const ended = new Promise<WorkerEnd>((resolve) => {
        onEnd = resolve;
      });
      const end = (how: Partial<WorkerEnd> = {}) => {
        hasEnded = true;
        onEnd({ code: 0, signal: null, how: 'exit code 0', ...how });
      };
      const send = (message: FromWorker) => void (hasEnded || tell(message));
      const write = (file: string, text: string) => writeFileSync(join(folder, 'checkpoints', file), text);
      const script = (): Script => ({
        folder,
        number,
        threads,
        send,
        done(key, text = `value of ${key}`) {
          write(`unit-${key}`, text);
          send({ type: 'done', key, file: `unit-${key}`, seconds: 1 });
        },
        state(key, text) {
          write(`state-${key}`, text);
          send({ type: 'state', key, file: `state-${key}` });
        },
        end,
      });
      const hear = (message: ToWorker) => {
        if (hasEnded) return;
        if (message.type === 'begin') {
          folder = message.directory;
          folders.push(folder);
          send({ type: 'ready', versions: {} });
        } else onMessage(message, script());
      };
      return {
        pid: number,
        send: (message) => void setImmediate(() => hear(message)),
        printed: () => printed,
        ended,
        stop(seconds) {
          setImmediate(() => hear({ type: 'stop' }));
          setTimeout(() => end({ signal: 'SIGKILL', how: 'SIGKILL' }), seconds * 1000);
          return ended;
        },
        kill: () => end({ signal: 'SIGKILL', how: 'SIGKILL' }),
      };
    },
  };
}
