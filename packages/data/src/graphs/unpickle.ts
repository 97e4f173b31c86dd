/** An array of NumPy that was pickled: its bytes as they were, in the machine's order. */
export interface PickledArray {
  readonly kind: 'array';
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly columnMajor: boolean;
  readonly bytes: Uint8Array;
}

/** What may be in a pickle here; a matrix of SciPy is the dictionary of its attributes. */
export type Pickled =
  | null
  | boolean
  | number
  | string
  | Pickled[]
  | Map<Pickled, Pickled>
  | PickledArray
  | PickledObject;

/** An object under construction: pickles make it empty and give it its state later. */
export interface PickledObject {
  readonly kind: 'object';
  readonly type: string;
  readonly args: readonly Pickled[];
  state: Pickled;
}

/** Types that a pickle may name, and nothing else: a pickle is a program, which could name any function of Python. */
const TYPES = new Set([
  'numpy.core.multiarray _reconstruct',
  'numpy._core.multiarray _reconstruct',
  'numpy ndarray',
  'numpy dtype',
  'scipy.sparse.csr csr_matrix',
  'scipy.sparse._csr csr_matrix',
  'collections defaultdict',
  '__builtin__ list',
  'builtins list',
]);

const MARK = Symbol('mark');
type Slot = Pickled | typeof MARK;

/**
 * Reads a pickle of NumPy arrays, SciPy CSR matrices, numbers, text, lists and dictionaries (protocols up to 2, as Python 2 wrote them, with the
 * bytes of protocol 3). Nothing in it is executed: it may name the types of those alone, and building them is done here.
 *
 * @param name how errors name the pickle.
 * @throws where it asks for anything else, or is cut off.
 */
export function unpickle(bytes: Uint8Array, name = 'the pickle'): Pickled {
  const reader = createReader(bytes, name);
  const stack: Slot[] = [];
  const memo = new Map<number, Slot>();
  const pop = (): Pickled => {
    const top = stack.pop();
    if (top === undefined || top === MARK) throw damaged(name, reader.at(), 'nothing to take');
    return top;
  };
  const popToMark = (): Pickled[] => {
    const from = stack.lastIndexOf(MARK);
    if (from < 0) throw damaged(name, reader.at(), 'no mark');
    return stack.splice(from).slice(1) as Pickled[];
  };
  const get = (key: number): Slot => {
    const found = memo.get(key);
    if (found === undefined) throw damaged(name, reader.at(), `nothing under ${key}`);
    return found;
  };
  const tuple = (size: number) => stack.push(Array.from({ length: size }, pop).reverse());
  const append = (values: Pickled[]) => {
    const list = stack.at(-1);
    if (!Array.isArray(list)) throw damaged(name, reader.at(), 'appends to no list');
    for (const value of values) list.push(value);
  };
  const setItems = (values: Pickled[]) => {
    const top = stack.at(-1);
    const map = isObject(top) && top.type === 'collections defaultdict' ? top.state : top;
    if (!(map instanceof Map)) throw damaged(name, reader.at(), 'sets an item of no dictionary');
    for (let i = 0; i < values.length; i += 2) map.set(values[i]!, values[i + 1]!);
  };
  const make = () => {
    const args = pop();
    const type = pop();
    if (!isObject(type) || type.args.length > 0 || !Array.isArray(args))
      throw damaged(name, reader.at(), 'makes an object of no type');
    const state = type.type === 'collections defaultdict' ? new Map<Pickled, Pickled>() : null;
    stack.push({ kind: 'object', type: type.type, args, state });
  };
  const build = () => {
    const state = pop();
    const object = stack.at(-1);
    if (!isObject(object)) throw damaged(name, reader.at(), 'gives a state to no object');
    object.state = state;
  };
  const operations: Readonly<Record<number, () => void>> = {
    40: () => stack.push(MARK),
    41: () => stack.push([]),
    48: () => pop(),
    66: () => stack.push(reader.text(reader.uint(4))),
    67: () => stack.push(reader.text(reader.uint(1))),
    71: () => stack.push(reader.float()),
    74: () => stack.push(reader.uint(4) | 0),
    75: () => stack.push(reader.uint(1)),
    77: () => stack.push(reader.uint(2)),
    78: () => stack.push(null),
    82: make,
    84: () => stack.push(reader.text(reader.uint(4))),
    85: () => stack.push(reader.text(reader.uint(1))),
    88: () => stack.push(reader.text(reader.uint(4))),
    93: () => stack.push([]),
    97: () => append([pop()]),
    98: build,
    99: () =>
      stack.push({ kind: 'object', type: allowed(`${reader.line()} ${reader.line()}`, name), args: [], state: null }),
    101: () => append(popToMark()),
    104: () => stack.push(get(reader.uint(1))),
    106: () => stack.push(get(reader.uint(4))),
    113: () => memo.set(reader.uint(1), stack.at(-1)!),
    114: () => memo.set(reader.uint(4), stack.at(-1)!),
    115: () => setItems([pop(), pop()].reverse()),
    116: () => stack.push(popToMark()),
    117: () => setItems(popToMark()),
    125: () => stack.push(new Map()),
    128: () => checkProtocol(reader.uint(1), name),
    129: make,
    133: () => tuple(1),
    134: () => tuple(2),
    135: () => tuple(3),
    136: () => stack.push(true),
    137: () => stack.push(false),
    138: () => stack.push(reader.long(reader.uint(1))),
  };
  for (;;) {
    const code = reader.uint(1);
    if (code === STOP) return pop();
    const operation = operations[code];
    if (!operation)
      throw new Error(
        `data: ${name} has the pickle operation 0x${code.toString(16)}, which no array or matrix needs; it is refused`,
      );
    operation();
  }
}

const STOP = 0x2e;

const isObject = (x: unknown): x is PickledObject =>
  typeof x === 'object' && x !== null && 'kind' in x && x.kind === 'object';

function allowed(type: string, name: string): string {
  if (TYPES.has(type)) return type;
  const asked = type.replace(' ', '.');
  throw new Error(
    `data: ${name} asks for ${asked}; only NumPy arrays and SciPy CSR matrices are read, and nothing of a pickle is executed`,
  );
}

function checkProtocol(protocol: number, name: string): void {
  if (protocol > 3) throw new Error(`data: ${name} is a pickle of protocol ${protocol}; save it with protocol 2`);
}

const damaged = (name: string, at: number, what: string) =>
  new Error(`data: ${name} is damaged or no pickle, at byte ${at}: ${what}`);

function createReader(bytes: Uint8Array, name: string) {
  let at = 0;
  const take = (count: number): Uint8Array => {
    if (at + count > bytes.length)
      throw new Error(`data: ${name} is truncated: ${count} bytes are missing at byte ${at}`);
    at += count;
    return bytes.subarray(at - count, at);
  };
  const uint = (count: number): number => take(count).reduceRight((value, byte) => value * 256 + byte, 0);
  return {
    at: () => at,
    uint,
    float: () => {
      const copy = take(8).slice();
      return new DataView(copy.buffer).getFloat64(0);
    },
    /** A little-endian integer in two's complement. */
    long: (count: number): number => {
      const value = uint(count);
      return count > 0 && bytes[at - 1]! >= 128 ? value - 256 ** count : value;
    },
    /** Each byte as a character, as Python 2 wrote both text and bytes. */
    text: (count: number): string => latin1(take(count)),
    line: (): string => {
      const end = bytes.indexOf(10, at);
      if (end < 0) throw new Error(`data: ${name} is truncated: a line has no end at byte ${at}`);
      const text = latin1(take(end - at));
      at++;
      return text;
    },
  };
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/**
 * The array that an object of a pickle is.
 *
 * @throws where it is none, or its values are cut off.
 */
export function pickledArray(value: Pickled | undefined, name: string): PickledArray {
  if (!isObject(value) || !value.type.endsWith('_reconstruct') || !Array.isArray(value.state))
    throw new Error(`data: ${name} is not a NumPy array`);
  const [, shape, dtype, columnMajor, content] = value.state as Pickled[];
  const known =
    isObject(dtype) && dtype.type === 'numpy dtype' && typeof dtype.args[0] === 'string' && typeof content === 'string';
  if (!known || !Array.isArray(shape))
    throw new Error(`data: ${name} is an array of something else than plain numbers`);
  const bytes = Uint8Array.from(Buffer.from(content as string, 'latin1'));
  const order = Array.isArray(dtype.state) ? dtype.state[1] : '<';
  if (order === '>')
    throw new Error(`data: ${name} has its bytes in big-endian order; save it on a little-endian machine`);
  return {
    kind: 'array',
    dtype: dtype.args[0] as string,
    shape: shape as number[],
    columnMajor: columnMajor === true,
    bytes,
  };
}

const NUMBERS: Readonly<Record<string, (buffer: ArrayBuffer) => ArrayLike<number | bigint>>> = {
  f4: (buffer) => new Float32Array(buffer),
  f8: (buffer) => new Float64Array(buffer),
  i4: (buffer) => new Int32Array(buffer),
  i8: (buffer) => new BigInt64Array(buffer),
  u1: (buffer) => new Uint8Array(buffer),
  b1: (buffer) => new Uint8Array(buffer),
};

/** The numbers of a pickled array. @throws for types that hold no numbers, and for values that are cut off. */
export function pickledNumbers(
  value: Pickled | undefined,
  name: string,
): { shape: readonly number[]; data: Float64Array; columnMajor: boolean } {
  const { dtype, shape, bytes, columnMajor } = pickledArray(value, name);
  const read = NUMBERS[dtype];
  if (!read)
    throw new Error(`data: ${name} has values of type ${dtype}; ${Object.keys(NUMBERS).join(', ')} can be read`);
  const count = shape.reduce((product, size) => product * size, 1);
  if (bytes.length !== count * Number(dtype[1]))
    throw new Error(`data: ${name} is damaged: ${count} values of type ${dtype} don't take ${bytes.length} bytes`);
  return { shape, data: Float64Array.from(read(bytes.buffer as ArrayBuffer), Number), columnMajor };
}

/** The attributes of a pickled SciPy CSR matrix. @throws where it is none. */
export function pickledMatrix(value: Pickled, name: string): (attribute: string) => Pickled | undefined {
  if (!isObject(value) || !value.type.endsWith('csr_matrix') || !(value.state instanceof Map))
    throw new Error(`data: ${name} is not a SciPy CSR matrix`);
  const { state } = value;
  return (attribute) => state.get(attribute);
}

/** The dictionary that a value of a pickle is. @throws where it is none. */
export function pickledDictionary(value: Pickled, name: string): Map<Pickled, Pickled> {
  const map = isObject(value) ? value.state : value;
  if (map instanceof Map) return map;
  throw new Error(`data: ${name} is not a dictionary`);
}
