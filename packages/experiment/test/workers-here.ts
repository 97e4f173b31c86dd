import type { Experiment } from '../src/index.ts';
import type { UnitExecutor } from '../src/workers/executor.ts';
import type { FromWorker, ToWorker, WorkerPort } from '../src/workers/protocol.ts';
import { serveUnits } from '../src/workers/serve-units.ts';

/** How `workersHere` gives units to workers. */
export interface GivingOptions {
  /** The order in which units are given. Reversed unless given. */
  readonly order?: (keys: readonly string[]) => readonly string[];
  /** Whether one worker waits for the other, each in its turn. */
  readonly inTurn?: boolean;
}

/** Workers in this process, each with a channel. */
export function workersHere(
  count: number,
  find: Experiment,
  { order = (keys) => [...keys].reverse(), inTurn = false }: GivingOptions = {},
): UnitExecutor {
  return {
    async open({ directory }) {
      const ports = Array.from({ length: count }, () => {
        const heard: ((message: FromWorker) => void)[] = [];
        let tell: (message: ToWorker) => void = () => {};
        const port: WorkerPort = {
          send: (message) => heard.forEach((listener) => void listener(message)),
          listen: (listener) => {
            tell = listener;
          },
        };
        const ended = serveUnits(port, { find: async () => find });
        tell({ type: 'begin', directory, seconds: 0 });
        return {
          ended,
          tell: (message: ToWorker) => tell(message),
          on: (f: (m: FromWorker) => void) => void heard.push(f),
        };
      });
      const hooks: { now?: Parameters<Awaited<ReturnType<UnitExecutor['open']>>['perform']>[1] } = {};
      const settled = new Map<string, { done: () => void; failed: (error: Error) => void }>();
      for (const port of ports)
        port.on((message) => {
          if (message.type === 'progress') hooks.now?.onProgress(message.key, message.progress);
          if (message.type === 'done') settled.get(message.key)?.done();
          if (message.type === 'failed') settled.get(message.key)?.failed(new Error(message.message));
          if (message.type === 'lost') for (const each of settled.values()) each.failed(new Error(message.message));
        });
      return {
        async perform({ group, keys }, told) {
          hooks.now = told;
          const queue = [...order(keys)];
          const give = async (port: (typeof ports)[number], key: string) => {
            await new Promise<void>((done, failed) => {
              settled.set(key, { done, failed });
              port.tell({ type: 'unit', group, key });
            });
            told.onDone(key);
          };
          const work = async (port: (typeof ports)[number]) => {
            for (let key = queue.shift(); key !== undefined; key = queue.shift()) await give(port, key);
          };
          if (inTurn) for (const [i, key] of queue.entries()) await give(ports[i % count]!, key);
          else await Promise.all(ports.map(work));
        },
        async close() {
          for (const { tell } of ports) tell({ type: 'stop' });
          await Promise.all(ports.map(({ ended }) => ended));
        },
      };
    },
  };
}
