import { fork } from 'node:child_process';
import { once } from 'node:events';
import { ourScript } from '../paths.ts';

/** What a lab is served with. */
export interface LabTask {
  readonly places: readonly string[];
  readonly cache: string;
}

/** What its process says: where it is, once, or its memory. */
export type LabAnswer =
  | {
      readonly origin: string;
      readonly token: string;
      readonly milliseconds: number;
      readonly processorMs: number;
    }
  | { readonly rss: number };

/** A lab in a process of its own. */
export interface LabProcess {
  /** From the call of `serveLab` until it listens, with its runs found. */
  readonly milliseconds: number;
  /** What its process took of processors in that time, all threads: other work on the machine hardly changes it. */
  readonly processorMs: number;
  readonly origin: string;
  readonly token: string;
  get(path: string, signal?: AbortSignal): Promise<Response>;
  /** Resident, after a collection, in bytes. */
  memory(): Promise<number>;
  close(): Promise<void>;
}

/** Starts it. */
export async function startLab(task: LabTask): Promise<LabProcess> {
  const child = fork(ourScript('lab'), [JSON.stringify(task)], { execArgv: ['--expose-gc'] });
  const answer = async () => (await once(child, 'message'))[0] as LabAnswer;
  const first = await answer();
  if (!('origin' in first)) throw new Error('bench: the lab did not say where it is');
  const { origin, token, milliseconds, processorMs } = first;
  return {
    milliseconds,
    processorMs,
    origin,
    token,
    get: (path, signal) =>
      fetch(origin + path, { headers: { authorization: `Bearer ${token}` }, ...(signal && { signal }) }),
    async memory() {
      const said = answer();
      child.send('memory');
      const found = await said;
      return 'rss' in found ? found.rss : Number.NaN;
    },
    async close() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
