/**
 * The line protocol between the benchmark and a side, a process that runs one implementation. Each line on the side's
 * stdin is a request, each line on its stdout the reply to it, both JSON. A side prepares once (imports, data, warm-up:
 * not timed) and then runs as often as it is asked to. It ends when its stdin closes.
 */
export type Request =
  | { readonly do: 'prepare'; readonly task: unknown }
  | { readonly do: 'run'; readonly options: RunOptions };

/** What to do in a run: how many training steps, where the workload is counted in steps. */
export interface RunOptions {
  readonly steps?: number;
  /** Which of the splits of its rows a side fits and is scored on, where it has several. */
  readonly split?: number;
}

export type Reply =
  | { readonly prepared: Prepared }
  | { readonly ran: Ran }
  | { readonly missing: string }
  | { readonly error: string };

/** What a side says of itself once it is ready. */
export interface Prepared {
  /** The implementation and its version, for the table. */
  readonly version: string;
  /** Settings that it chose or limits that it has, for the reader of the table. */
  readonly note?: string;
  /** The losses of the first steps of training, where the workload is a training step. */
  readonly losses?: readonly number[];
  /** A number that tells whether sides came to the same result, where the workload is to compute one. */
  readonly digest?: number;
  /** Its resident memory once its code was loaded, where the table is to have what the work adds. */
  readonly startBytes?: number;
}

/** What a run took and led to. */
export interface Ran {
  /** Of one step where the run is counted in steps, of the whole run elsewhere. */
  readonly milliseconds: number;
  /** The process's largest resident memory so far. */
  readonly peakBytes: number;
  /** Weights (rows x columns, row-major) for the benchmark to check. */
  readonly weights?: readonly number[];
  /** Further figures of the run by name, such as a test accuracy. */
  readonly figures?: Readonly<Record<string, number>>;
}
