import { InputError } from '../input-error.ts';
import { showValue } from '../show-value.ts';

/** Types of whole numbers, and of truth values, which are stored as a byte each. */
export type WholeType = 'int32' | 'int64' | 'uint32' | 'bool';

interface WholeArrays {
  readonly int32: Int32Array;
  readonly int64: BigInt64Array;
  readonly uint32: Uint32Array;
  readonly bool: Uint8Array;
}

/** A dense row-major matrix of whole numbers: entry (i, j) is `data[i * cols + j]`. */
export interface WholeMatrix<T extends WholeType = WholeType> {
  readonly data: WholeArrays[T];
  readonly rows: number;
  readonly cols: number;
}

/** Numbers, or truth values, in any array. */
export type Entries = ArrayLike<number> | ArrayLike<bigint> | ArrayLike<boolean>;

/** Rows of whole numbers in every form that is taken: numbers of any kind with their columns, or a list of rows. */
export type WholeRows = { readonly data: Entries; readonly rows?: number; readonly cols: number } | readonly Entries[];

interface Facts {
  readonly create: (length: number) => Int32Array | BigInt64Array | Uint32Array | Uint8Array;
  readonly least: number;
  readonly most: number;
  readonly needed: string;
}

const facts: Readonly<Record<WholeType, Facts>> = {
  int32: {
    create: (length) => new Int32Array(length),
    least: -(2 ** 31),
    most: 2 ** 31 - 1,
    needed: 'whole numbers from -2^31 to 2^31 - 1',
  },
  // Numbers beyond 2^53 are no longer all whole; a BigInt64Array may have them.
  int64: {
    create: (length) => new BigInt64Array(length),
    least: Number.MIN_SAFE_INTEGER,
    most: Number.MAX_SAFE_INTEGER,
    needed: 'whole numbers',
  },
  uint32: {
    create: (length) => new Uint32Array(length),
    least: 0,
    most: 2 ** 32 - 1,
    needed: 'whole numbers from 0 to 2^32 - 1',
  },
  bool: { create: (length) => new Uint8Array(length), least: 0, most: 1, needed: 'truth values, or 0 and 1,' },
};

/**
 * Rows of whole numbers, such as the ids of tokens, as a matrix of their type. An array of that type is used as it is, everything else is copied.
 *
 * @param name how the message names what was given, with the caller's prefix: `'nn: data.x.ids'`
 * @throws {InputError} `data`, for what are no rows of one length, and the first entry that is no whole number or that the type doesn't reach
 */
export function toWholeMatrix<T extends WholeType>(name: string, given: unknown, type: T): WholeMatrix<T> {
  const { data, cols } = Array.isArray(given) ? joined(name, given) : flat(name, given);
  const rows = data.length / cols;
  return { data: wholeEntries(name, data, cols, type), rows, cols };
}

const refuse = (message: string): InputError => new InputError('data', message);

const isEntries = (x: unknown): x is ArrayLike<unknown> => Array.isArray(x) || (ArrayBuffer.isView(x) && 'length' in x);

interface Flat {
  readonly data: ArrayLike<unknown>;
  readonly cols: number;
}

function joined(name: string, rows: readonly unknown[]): Flat {
  const [first] = rows;
  if (rows.length === 0) throw refuse(`${name} has no rows; at least 1 is needed`);
  if (!isEntries(first))
    throw refuse(
      `${name} has ${showValue(first)} as row 0 (counted from 0); give rows of numbers, such as [[1, 2], [3, 4]], or { data, rows, cols }`,
    );
  const cols = first.length;
  if (cols === 0) throw refuse(`${name} has an empty row 0 (counted from 0); at least 1 column is needed`);
  const data = new Array<unknown>(rows.length * cols);
  rows.forEach((row, i) => {
    if (!isEntries(row))
      throw refuse(`${name} has ${showValue(row)} as row ${i} (counted from 0); a row is a list of numbers`);
    if (row.length !== cols)
      throw refuse(
        `${name} has ${row.length} entries in row ${i} (counted from 0), row 0 has ${cols}; rows must have one length`,
      );
    for (let j = 0; j < cols; j++) data[i * cols + j] = row[j];
  });
  return { data, cols };
}

function flat(name: string, given: unknown): Flat {
  const { data, rows, cols } = (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>;
  if (!isEntries(data) || cols === undefined)
    throw refuse(
      `${name} is ${showValue(given)}; give rows of numbers, such as [[1, 2], [3, 4]], or { data, rows, cols }`,
    );
  if (!Number.isSafeInteger(cols) || Number(cols) < 1)
    throw refuse(`${name} has ${showValue(cols)} cols; at least 1 is needed`);
  const found = data.length / Number(cols);
  if (found !== (rows ?? found))
    throw refuse(`${name} has ${data.length} entries, ${showValue(rows)} rows of ${cols} are needed`);
  if (!Number.isInteger(found)) throw refuse(`${name} has ${data.length} entries, which are no rows of ${cols}`);
  if (found === 0) throw refuse(`${name} has 0 rows; at least 1 is needed`);
  return { data, cols: Number(cols) };
}

function wholeEntries<T extends WholeType>(
  name: string,
  entries: ArrayLike<unknown>,
  cols: number,
  type: T,
): WholeArrays[T] {
  const { create, least, most, needed } = facts[type];
  const out = create(entries.length);
  const same = entries.constructor === out.constructor;
  if (same && type !== 'bool') return entries as WholeArrays[T];
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i];
    const value = typeof entry === 'boolean' || typeof entry === 'bigint' ? Number(entry) : entry;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
      throw refuse(
        `${name} has ${showValue(entry)} at row ${Math.floor(i / cols)}, column ${i % cols} (counted from 0); ${needed} are needed`,
      );
    if (type === 'int64') (out as BigInt64Array)[i] = BigInt(value);
    else (out as Int32Array)[i] = value;
  }
  return (same ? entries : out) as WholeArrays[T];
}
