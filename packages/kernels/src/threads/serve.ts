/** What a worker is started with. */
export interface Start {
  readonly module: object;
  readonly memory: object;
  /** Names of the module's functions, which calls have the numbers of. */
  readonly names: readonly string[];
  /** `WORDS`. */
  readonly words: Int32Array;
  /** `HEADER`, and after it the arguments of each call, `ARGUMENTS` behind another's. */
  readonly calls: Float64Array;
  /** The results of the calls. */
  readonly results: Float64Array;
  /** From 1: the caller's thread is number 0. */
  readonly thread: number;
}

/**
 * Words of shared memory by which a team shares out its calls. `open` has those that nobody has taken: the number of the first in its lower 16
 * bits, that after the last in the upper ones. The caller takes from the front, the others from the back.
 */
export const WORDS = { open: 0, done: 1, failed: 2, count: 3 } as const;

/** What all calls have in common: the function's number, how many arguments it takes, which of them is scratch (or −1), and its bytes for a thread. */
export const HEADER = 4;

/** Most arguments of a call. */
export const ARGUMENTS = 24;

/**
 * The whole program of a worker, started from its own text, so that the package needs no file: it names nothing outside itself but its
 * parameters. `wasm` is the runtime's WebAssembly.
 */
export function serve(
  { module, memory, names, words, calls, results, thread }: Start,
  wasm: {
    Instance: new (module: object, imports: object) => { exports: Record<string, (...args: number[]) => unknown> };
  },
  [openAt, doneAt, failedAt]: readonly [number, number, number],
  [header, most]: readonly [number, number],
): void {
  const { exports } = new wasm.Instance(module, { env: { memory } });
  const kernels = names.map((name) => exports[name]!);
  const make = (call: number) => {
    const at = header + call * most;
    const args: number[] = [];
    for (let i = 0; i < calls[1]!; i++) args.push(calls[at + i]!);
    if (calls[2]! >= 0) args[calls[2]!]! += thread * calls[3]!;
    results[call] = Number(kernels[calls[0]!]!(...args));
  };
  for (;;) {
    const open = Atomics.load(words, openAt);
    const last = open >>> 16;
    if (last === (open & 0xffff)) {
      Atomics.wait(words, openAt, open);
      continue;
    }
    if (Atomics.compareExchange(words, openAt, open, open - 0x10000) !== open) continue;
    try {
      make(last - 1);
    } catch {
      Atomics.store(words, failedAt, 1);
    }
    Atomics.add(words, doneAt, 1);
    Atomics.notify(words, doneAt);
  }
}
