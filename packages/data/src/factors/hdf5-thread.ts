/** What the thread is given. */
export interface Hdf5Start {
  /** Where h5wasm's build for Node is. */
  readonly library: string;
  readonly path: string;
  readonly dataset: string;
}

/** What the thread tells first, and of each question. */
export type Hdf5Answer =
  | { readonly shape: readonly number[] }
  | { readonly bytes: Uint8Array }
  | { readonly fault: string };

interface Dataset {
  readonly type: string;
  readonly shape: readonly number[] | null;
  readonly metadata: { readonly type: number; readonly size: number; readonly signed: boolean };
  slice(ranges: (readonly number[])[]): unknown;
}

interface Module {
  readonly ready: Promise<{ activate_throwing_error_handler(): number }>;
  readonly File: new (path: string, mode: 'r') => { get(name: string): Dataset | null };
}

interface Port {
  postMessage(answer: Hdf5Answer, transfer?: readonly unknown[]): void;
  on(event: 'message', listener: (indexes: readonly number[]) => void): void;
}

/**
 * Reads rows of a dataset of bytes by h5wasm, in a thread of its own: a damaged file may lead the HDF5 library anywhere within its memory, and for ever. Its text
 * is what the thread runs, so it refers to nothing outside of itself.
 */
export async function serveHdf5(
  start: Hdf5Start,
  port: Port,
  load: (url: string) => Promise<{ readonly default?: Module } & Module>,
): Promise<void> {
  const faultOf = (error: unknown) => ({ fault: error instanceof Error ? error.message : String(error) });
  let dataset: Dataset;
  let size: number;
  try {
    const loaded = await load(start.library);
    const library = loaded.default ?? loaded;
    // Without it what can't be read is whatever was in memory before.
    (await library.ready).activate_throwing_error_handler();
    const found = new library.File(start.path, 'r').get(start.dataset);
    if (found?.type !== 'Dataset') throw new Error(`it has no dataset ${start.dataset}`);
    const { type, size: width, signed } = found.metadata;
    if (type !== 0 || width !== 1 || signed) throw new Error(`${start.dataset} has no unsigned bytes`);
    dataset = found;
    size = (found.shape ?? []).slice(1).reduce((product, side) => product * side, 1);
  } catch (error) {
    port.postMessage(faultOf(error));
    return;
  }
  port.on('message', (indexes) => {
    try {
      const bytes = new Uint8Array(indexes.length * size);
      const others = (dataset.shape ?? []).slice(1).map(() => []);
      // Neighbours are read at once, in rising order, so that a packed chunk is unpacked as rarely as can be.
      const order = Array.from(indexes.keys()).sort((a, b) => indexes[a]! - indexes[b]!);
      for (let from = 0; from < order.length; ) {
        const first = indexes[order[from]!]!;
        let to = from + 1;
        while (to < order.length && indexes[order[to]!]! - first <= to - from && to - from < 256) to++;
        const last = indexes[order[to - 1]!]!;
        const rows = dataset.slice([[first, last + 1], ...others]) as Uint8Array;
        if (rows.length !== (last + 1 - first) * size) throw new Error(`${start.dataset} is shorter than it says`);
        for (; from < to; from++) {
          const at = (indexes[order[from]!]! - first) * size;
          bytes.set(rows.subarray(at, at + size), order[from]! * size);
        }
      }
      port.postMessage({ bytes }, [bytes.buffer]);
    } catch (error) {
      port.postMessage(faultOf(error));
    }
  });
  port.postMessage({ shape: dataset.shape ?? [] });
}
