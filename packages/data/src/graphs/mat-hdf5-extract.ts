/** What the thread is given. */
export interface ExtractStart {
  /** Where h5wasm is. */
  readonly library: string;
  readonly bytes: Uint8Array;
  /** Bytes that all variables may take, as they are and as float64. */
  readonly limit: number;
}

/** A variable as the file has it; sizes and places are not checked yet. */
export interface Extracted {
  readonly name: string;
  /** What it is, where that is no matrix of numbers. */
  readonly kind?: string;
  readonly rows?: number;
  readonly cols?: number;
  readonly values?: Float64Array;
  readonly imaginary?: Float64Array;
  /** Of a sparse matrix. */
  readonly rowOf?: Float64Array;
  readonly starts?: Float64Array;
}

/** What the thread answers. */
export type ExtractAnswer =
  | { readonly variables: readonly Extracted[] }
  | { readonly exceeded: string }
  | { readonly fault: string };

interface Metadata {
  readonly type: number;
  readonly size: number;
  readonly littleEndian: boolean;
  readonly compound_type?: { readonly members: readonly { readonly name: string; readonly type: number }[] };
}

interface Entry {
  readonly type: string;
  readonly metadata: Metadata;
  readonly shape: readonly number[] | null;
  readonly value: unknown;
  readonly attrs: Readonly<Record<string, { readonly value: unknown }>>;
  keys(): string[];
  get(name: string): Entry | null;
}

interface Library {
  readonly ready: Promise<Module>;
  readonly File: new (path: string, mode: 'r') => Entry;
}

interface Module {
  readonly FS: { writeFile(path: string, bytes: Uint8Array): void };
  activate_throwing_error_handler(): number;
}

/**
 * Reads the matrices of a MATLAB 7.3 file by h5wasm, in a thread of its own: a damaged file may lead the HDF5 library anywhere within its memory, and
 * for ever. Its text is what the thread runs, so it refers to nothing outside of itself.
 *
 * In such a file (MATLAB, "MAT-File Versions"; each is HDF5) a full matrix is a dataset whose axes are reversed, a complex one has the members `real` and `imag`, an
 * empty one holds its sizes, and a sparse one is a group of `data`, `ir` and `jc` with its number of rows as an attribute.
 */
export async function extract(
  start: ExtractStart,
  load: (url: string) => Promise<{ readonly default: Library }>,
): Promise<ExtractAnswer> {
  const [INTEGER, FLOAT, COMPOUND] = [0, 1, 6];
  const ENTRY_OF_PAIRS = 256;
  const NUMERIC = [
    'double',
    'single',
    'logical',
    'int8',
    'uint8',
    'int16',
    'uint16',
    'int32',
    'uint32',
    'int64',
    'uint64',
  ];
  const KINDS: Record<string, string> = {
    cell: 'cell array',
    struct: 'struct',
    char: 'text',
    function_handle: 'function',
  };
  let left = start.limit;
  let exceeded: string | undefined;

  const attribute = (entry: Entry, name: string): unknown => {
    const value = Object.hasOwn(entry.attrs, name) ? entry.attrs[name]!.value : undefined;
    return ArrayBuffer.isView(value) ? (value as Float64Array)[0] : value;
  };
  const spend = (bytes: number, name: string) => {
    if (!(bytes <= left)) {
      exceeded = name;
      throw new RangeError('limit');
    }
    left -= bytes;
  };
  const numbersIn = (dataset: Entry, name: string): { real: Float64Array; imaginary?: Float64Array } => {
    const { type, size, littleEndian, compound_type: compound } = dataset.metadata;
    const count = (dataset.shape ?? []).reduce((product, axis) => product * axis, 1);
    spend(count * (size + (type === COMPOUND ? ENTRY_OF_PAIRS : 8)), name);
    if (!littleEndian) throw new Error(`${name} has its bytes in big-endian order; save it with -v7`);
    if (count === 0) return { real: new Float64Array() };
    const value = dataset.value;
    if (type === COMPOUND) {
      const order = ['real', 'imag'].map((part) => compound!.members.findIndex((member) => member.name === part));
      const parts = order.map((at) => Float64Array.from(value as number[][], (pair) => Number(pair[at])));
      return { real: parts[0]!, imaginary: parts[1]! };
    }
    const numbers = (ArrayBuffer.isView(value) ? value : [value]) as ArrayLike<number | bigint>;
    return {
      real: Float64Array.from({ length: numbers.length }, (_, i) => {
        const number = Number(numbers[i]);
        if (typeof numbers[i] === 'bigint' && !Number.isSafeInteger(number))
          throw new Error(`${name} has the integer ${numbers[i]}, which is beyond 2^53`);
        return number;
      }),
    };
  };
  const kindOf = (dataset: Entry): string | undefined => {
    const named = attribute(dataset, 'MATLAB_class');
    if (typeof named === 'string' && !NUMERIC.includes(named)) return KINDS[named] ?? 'object';
    const { type, compound_type: compound } = dataset.metadata;
    const names = compound?.members.map((member) => member.name).sort() ?? [];
    const complex =
      type === COMPOUND &&
      names.join() === 'imag,real' &&
      compound!.members.every((m) => m.type === FLOAT || m.type === INTEGER);
    if (type !== INTEGER && type !== FLOAT && !complex) return 'something else than numbers';
    return dataset.shape?.length === 2 ? undefined : `array of ${dataset.shape?.length ?? 0} axes`;
  };
  const full = (name: string, dataset: Entry): Extracted => {
    const empty = Number(attribute(dataset, 'MATLAB_empty') ?? 0) !== 0;
    if (empty) {
      const { real } = numbersIn(dataset, name);
      if (real.length !== 2) return { name, kind: `array of ${real.length} axes` };
      return { name, rows: real[0]!, cols: real[1]!, values: new Float64Array() };
    }
    const kind = kindOf(dataset);
    if (kind) return { name, kind };
    const { real, imaginary } = numbersIn(dataset, name);
    const [cols, rows] = dataset.shape as [number, number];
    return { name, rows, cols, values: real, ...(imaginary ? { imaginary } : {}) };
  };
  const sparse = (name: string, group: Entry): Extracted => {
    const rows = attribute(group, 'MATLAB_sparse');
    if (rows === undefined) return { name, kind: 'struct' };
    const part = (key: string): { real: Float64Array; imaginary?: Float64Array } => {
      const dataset = group.get(key);
      if (dataset?.type !== 'Dataset') return { real: new Float64Array() };
      return numbersIn(dataset, `${key} of ${name}`);
    };
    const { real, imaginary } = part('data');
    const starts = part('jc').real;
    const sizes = { rows: Number(rows), cols: starts.length - 1 };
    return { name, ...sizes, values: real, ...(imaginary ? { imaginary } : {}), rowOf: part('ir').real, starts };
  };

  try {
    const { default: library } = await load(start.library);
    const module = await library.ready;
    // Without it what can't be read is whatever was in memory before.
    module.activate_throwing_error_handler();
    module.FS.writeFile('/data.mat', start.bytes);
    const file = new library.File('/data.mat', 'r');
    const names = file.keys().filter((name) => !name.startsWith('#'));
    const variables = names.map((name) => {
      const entry = file.get(name);
      if (entry?.type === 'Dataset') return full(name, entry);
      return entry?.type === 'Group' ? sparse(name, entry) : { name, kind: 'a link' };
    });
    return { variables };
  } catch (error) {
    if (exceeded !== undefined) return { exceeded };
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}
