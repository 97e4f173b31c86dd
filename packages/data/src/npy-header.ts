import { type ByteSource, InputError, showValue, toBytes } from '@unbraid/checks';

/** What the beginning of a `.npy` file says. */
export interface NpyHeader {
  /** NumPy's name for the type, such as `<f8` or `|u1`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Whether the first index runs fastest in the file. */
  readonly fortranOrder: boolean;
  /** Where the values begin, in bytes. */
  readonly offset: number;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const; // \x93NUMPY

/** Bytes that hold the header's length, after the magic string and two bytes of version (NumPy's `numpy.lib.format`). */
const LENGTH_BYTES: Readonly<Record<number, number>> = { 1: 2, 2: 4, 3: 4 };

/** NumPy's own limit. */
const MAX_RANK = 64;

/**
 * Reads the header of a `.npy` file, format versions 1 to 3, from its beginning.
 *
 * @param source at least the header, as a rule the first 128 bytes.
 * @param name how errors name the file.
 * @throws {InputError} `file`, where it is not such a header, or is cut off.
 */
export function parseNpyHeader(source: ByteSource, name = 'the NumPy data'): NpyHeader {
  const bytes = toBytes(source, name);
  const offset = npyHeaderEnd(bytes, name);
  if (!(offset <= bytes.length)) throw fault(`${name} is truncated in its header`);
  const text = new TextDecoder().decode(bytes.subarray(8 + LENGTH_BYTES[bytes[6]!]!, offset));
  const fields = parseFields(text);
  if (!fields) {
    throw fault(
      `${name} has a .npy header of something else than an array of plain numbers: ${showValue(text.trim())}`,
    );
  }
  return { ...fields, offset };
}

/**
 * Where the header ends and the values begin; NaN where the bytes end before that is said.
 *
 * @throws {InputError} `file`, where it is no such header.
 */
export function npyHeaderEnd(bytes: Uint8Array, name: string): number {
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) throw fault(`${name} is not a NumPy .npy file, or it is damaged`);
  if (bytes.length < 8) return Number.NaN;
  const version = bytes[6]!;
  const lengthBytes = LENGTH_BYTES[version];
  if (!lengthBytes) throw fault(`${name} has .npy format version ${version}; versions 1 to 3 can be read`);
  const start = 8 + lengthBytes;
  let length = 0;
  for (let i = start - 1; i >= 8; i--) length = length * 256 + (bytes[i] ?? Number.NaN);
  return start + length;
}

function fault(message: string): InputError {
  return new InputError('file', `data: ${message}`);
}

/** A token of the Python literal that a header is, or blanks. Each alternative is told by its first character, so it takes linear time. */
const TOKEN = /'([^'\\]*)'|"([^"\\]*)"|(True|False)|(\d+)L?|([{}():,])|\s+/y;

/** The dictionary of a header: descr, fortran_order and shape, in any order; undefined where it is something else. */
function parseFields(text: string): Omit<NpyHeader, 'offset'> | undefined {
  const tokens = tokenized(text);
  if (tokens?.shift() !== '{') return undefined;
  const fields: Record<string, unknown> = {};
  let at = 0;
  while (tokens[at] !== '}') {
    const key = tokens[at];
    if (typeof key !== 'object' || tokens[at + 1] !== ':') return undefined;
    const { value, next } = parseValue(tokens, at + 2);
    fields[key.text] = value;
    at = tokens[next] === ',' ? next + 1 : next;
    if (value === undefined || (at === next && tokens[at] !== '}')) return undefined;
  }
  const { descr, fortran_order: fortranOrder, shape, ...others } = fields;
  const isWhole = at === tokens.length - 1 && Object.keys(others).length === 0;
  if (!isWhole || typeof descr !== 'string' || typeof fortranOrder !== 'boolean' || !isShape(shape)) return undefined;
  return { dtype: descr, shape, fortranOrder };
}

type Token = { readonly text: string } | boolean | number | string;

/** Quoted text as objects, marks as strings; undefined where there is something else. */
function tokenized(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const found = TOKEN.exec(text);
    if (!found) return undefined;
    const [, single, double, truth, digits, mark] = found;
    const quoted = single ?? double;
    if (quoted !== undefined) tokens.push({ text: quoted });
    else if (truth !== undefined) tokens.push(truth === 'True');
    else if (digits !== undefined) tokens.push(Number(digits));
    else if (mark !== undefined) tokens.push(mark);
  }
  return tokens;
}

/** A quoted text, a truth value or a tuple of numbers, and where the next token is. */
function parseValue(tokens: readonly Token[], at: number): { value?: string | boolean | number[]; next: number } {
  const token = tokens[at];
  if (typeof token === 'object') return { value: token.text, next: at + 1 };
  if (typeof token === 'boolean') return { value: token, next: at + 1 };
  if (token !== '(') return { next: at };
  const sizes: number[] = [];
  for (let i = at + 1; ; i++) {
    const size = tokens[i];
    if (size === ')') return { value: sizes, next: i + 1 };
    if (typeof size !== 'number') return { next: i };
    sizes.push(size);
    if (tokens[i + 1] === ',') i++;
    else if (tokens[i + 1] !== ')') return { next: i };
  }
}

function isShape(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= MAX_RANK && value.every(Number.isSafeInteger);
}
