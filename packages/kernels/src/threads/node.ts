import { Worker } from 'node:worker_threads';
import { defaultThreads } from '@unbraid/checks/node';
import { Arena } from '../arena/arena.ts';
import { exportsOf, sharedModule } from '../wasm/instantiate.ts';
import { CALL_NUMBERS, type Start, serve, WORDS } from './serve.ts';
import type { Call, Team } from './team.ts';

export type { Team } from './team.ts';

export interface TeamOptions {
  /** The caller's among them. Default: `UNBRAID_THREADS`, or else the cores that the process may use. */
  readonly threads?: number;
  /** Work below which a kernel runs on the caller's thread alone, in multiply-adds. Default 2 million: half a millisecond or so. */
  readonly leastWork?: number;
}

/** Waking a thread and waiting for it takes a tenth of a millisecond. */
const LEAST_WORK = 2_000_000;

/** How often the caller looks whether the others are done before it sleeps: they end at nearly the same time. */
const POLLS = 20_000;

/** After so many milliseconds without an answer something is broken. */
const PATIENCE = 60_000;

/**
 * Threads for kernels. The others start with the first work that is large enough, and don't keep the process from ending.
 *
 * @throws RangeError unless `threads` is a whole number of at least 1
 */
export function createTeam({ threads = defaultThreads('kernels'), leastWork = LEAST_WORK }: TeamOptions = {}): Team {
  if (!(Number.isInteger(threads) && threads >= 1))
    throw new RangeError(`kernels: a team has a whole number of threads of at least 1, got ${threads}`);
  const arena = new Arena({ shared: true });
  const exports = exportsOf(sharedModule(), arena.memory);
  const names = Object.keys(exports);
  let crew: Crew | undefined;
  const end = async () => {
    const ending = crew;
    crew = undefined;
    await ending?.end();
  };
  return {
    arena,
    threads,
    leastWork,
    run([own, ...others]) {
      const runOwn = () => (exports[own!.kernel] as (...args: readonly number[]) => unknown)(...own!.args);
      if (others.length === 0) {
        runOwn();
        return;
      }
      crew ??= startCrew(threads - 1, names, arena);
      crew.begin(others);
      try {
        try {
          runOwn();
        } finally {
          crew.wait();
        }
      } catch (error) {
        void end();
        throw error;
      }
    },
    end,
  };
}

/** The threads besides the caller's. */
interface Crew {
  begin(calls: readonly Call[]): void;
  wait(): void;
  end(): Promise<void>;
}

function startCrew(count: number, names: readonly string[], arena: Arena): Crew {
  const words = new Int32Array(new SharedArrayBuffer(4 * WORDS.count));
  const calls = new Float64Array(new SharedArrayBuffer(8 * CALL_NUMBERS * count));
  const start = { module: sharedModule(), memory: arena.memory, names, words, calls };
  const workers = Array.from({ length: count }, (_, worker) => startWorker({ ...start, worker }));
  return {
    begin(given) {
      for (let worker = 0; worker < count; worker++) {
        const call = given[worker];
        const numbers = call ? [names.indexOf(call.kernel), call.args.length, ...call.args] : [-1];
        calls.set(numbers, worker * CALL_NUMBERS);
      }
      Atomics.store(words, WORDS.done, 0);
      Atomics.add(words, WORDS.round, 1);
      Atomics.notify(words, WORDS.round);
    },
    wait() {
      let polls = 0;
      for (;;) {
        const done = Atomics.load(words, WORDS.done);
        if (done === count) break;
        if (++polls > POLLS && Atomics.wait(words, WORDS.done, done, PATIENCE) === 'timed-out')
          throw new Error(`kernels: ${count - done} of ${count} threads did not answer within ${PATIENCE / 1000} s`);
      }
      if (Atomics.exchange(words, WORDS.failed, 0)) throw new Error('kernels: a kernel failed on another thread');
    },
    async end() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function startWorker(start: Start): Worker {
  const words = JSON.stringify([WORDS.round, WORDS.done, WORDS.failed]);
  const program = `(${serve})(require('node:worker_threads').workerData, WebAssembly, ${words}, ${CALL_NUMBERS})`;
  const worker = new Worker(program, {
    eval: true,
    workerData: start,
    name: 'unbraid kernels',
    execArgv: [],
    env: {},
    // It allocates nothing worth mentioning.
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 },
  });
  worker.unref();
  return worker;
}
