import { Worker } from 'node:worker_threads';
import { InternalError } from '@unbraid/checks';
import { sharedModule } from '../wasm/instantiate.ts';
import type { WasmMemory } from '../wasm/platform.ts';
import { ARGUMENTS, HEADER, type Start, serve, WORDS } from './serve.ts';
import { type Calls, MOST_PARTS } from './team.ts';

/** How often the caller looks whether the others are done before it sleeps: they end at nearly the same time. */
const LOOKS = 20_000;

/** After so many milliseconds without an answer something is broken. */
const PATIENCE = 60_000;

/** The threads of a team besides the caller's. */
export interface Crew {
  /** Makes the calls together with the caller, which makes a call by `own`, given its number. */
  run(calls: Calls, own: (call: number) => number): readonly number[];
  end(): Promise<void>;
}

/** @param names of the module's functions */
export function startCrew(count: number, names: readonly string[], memory: WasmMemory): Crew {
  const words = new Int32Array(new SharedArrayBuffer(4 * WORDS.count));
  const calls = new Float64Array(new SharedArrayBuffer(8 * (HEADER + ARGUMENTS * MOST_PARTS)));
  const results = new Float64Array(new SharedArrayBuffer(8 * MOST_PARTS));
  const start = { module: sharedModule(), memory, names, words, calls, results };
  const workers = Array.from({ length: count }, (_, i) => startWorker({ ...start, thread: i + 1 }));

  /** The number of a call that nobody has taken, or −1. */
  const take = (): number => {
    for (;;) {
      const open = Atomics.load(words, WORDS.open);
      const first = open & 0xffff;
      if (first === open >>> 16) return -1;
      if (Atomics.compareExchange(words, WORDS.open, open, open + 1) === open) return first;
    }
  };

  /** Takes back what nobody has begun, and waits for the rest. */
  const close = (begun: number): void => {
    const open = Atomics.exchange(words, WORDS.open, 0);
    const others = begun - ((open >>> 16) - (open & 0xffff));
    for (let looks = 0; ; looks++) {
      const done = Atomics.load(words, WORDS.done);
      if (done === others) return;
      if (looks > LOOKS && Atomics.wait(words, WORDS.done, done, PATIENCE) === 'timed-out')
        throw new InternalError(`kernels: a thread did not end its part of a kernel within ${PATIENCE / 1000} s`);
    }
  };

  return {
    run({ kernel, args, scratch }, own) {
      const total = args.length;
      calls.set([names.indexOf(kernel), args[0]!.length, scratch ? scratch.argument : -1, scratch ? scratch.bytes : 0]);
      for (let i = 0; i < total; i++) calls.set(args[i]!, HEADER + i * ARGUMENTS);
      Atomics.store(words, WORDS.done, 0);
      Atomics.store(words, WORDS.failed, 0);
      Atomics.store(words, WORDS.open, total << 16);
      Atomics.notify(words, WORDS.open, Math.min(count, total - 1));
      let made = 0;
      try {
        for (let call = take(); call >= 0; call = take()) {
          made++;
          results[call] = own(call);
        }
      } finally {
        close(total - made);
      }
      if (Atomics.load(words, WORDS.failed)) throw new InternalError('kernels: a kernel failed on another thread');
      return results.subarray(0, total) as unknown as readonly number[];
    },
    async end() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function startWorker(start: Start): Worker {
  const words = JSON.stringify([WORDS.open, WORDS.done, WORDS.failed]);
  const sizes = JSON.stringify([HEADER, ARGUMENTS]);
  const program = `(${serve})(require('node:worker_threads').workerData, WebAssembly, ${words}, ${sizes})`;
  const worker = new Worker(program, {
    eval: true,
    workerData: start,
    name: 'unbraid kernels',
    execArgv: [],
    env: {},
    // It allocates nothing worth mentioning.
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 },
  });
  // A thread that can't start leaves everything to the others.
  worker.on('error', () => undefined);
  worker.unref();
  return worker;
}
