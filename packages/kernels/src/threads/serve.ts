/** What a worker is started with. */
export interface Start {
  readonly module: object;
  readonly memory: object;
  /** Names of the module's functions, which calls have the numbers of. */
  readonly names: readonly string[];
  /** `WORDS`. */
  readonly words: Int32Array;
  /** Calls, each worker's `CALL_NUMBERS` behind another's. */
  readonly calls: Float64Array;
  readonly worker: number;
}

/** Words of shared memory by which a team takes turns. */
export const WORDS = { round: 0, done: 1, failed: 2, count: 3 } as const;

/** Numbers of a call: the kernel's, or −1 for none; how many arguments; and these. */
export const CALL_NUMBERS = 32;

/**
 * The whole program of a worker, started from its own text, so that the package needs no file: it names nothing outside itself but its
 * parameters. `wasm` is the runtime's WebAssembly.
 */
export function serve(
  { module, memory, names, words, calls, worker }: Start,
  wasm: {
    Instance: new (module: object, imports: object) => { exports: Record<string, (...args: number[]) => unknown> };
  },
  [round, done, failed]: readonly [number, number, number],
  numbers: number,
): void {
  const { exports } = new wasm.Instance(module, { env: { memory } });
  const own = calls.subarray(worker * numbers, (worker + 1) * numbers);
  for (let last = 0; ; ) {
    Atomics.wait(words, round, last);
    last = Atomics.load(words, round);
    if (own[0]! >= 0) {
      try {
        exports[names[own[0]!]!]!(...own.subarray(2, 2 + own[1]!));
      } catch {
        Atomics.store(words, failed, 1);
      }
    }
    Atomics.add(words, done, 1);
    Atomics.notify(words, done);
  }
}
