import { extname } from 'node:path';
import { checkFiniteValues, InputError, listed, shownShape, showValue } from '@unbraid/checks';
import { readBytes } from '@unbraid/checks/node';
import { createMatrix, type Matrix, MISSING_TEXTS, parseNpy, parseTable, readNpz } from '@unbraid/data';
import { sizeOf } from '@unbraid/graph';
import type { Random } from '@unbraid/kernels';
import type { InputSpec } from '@unbraid/nn';
import { hashOf } from '../hash.ts';
import { columnsOf } from './scalar-view.ts';
import type { Source } from './source.ts';

/** Rows of numbers in any shape, as a file has them. */
interface Rows {
  /** The first axis counts rows. */
  readonly shape: readonly number[];
  readonly data: ArrayLike<number | bigint>;
}

/** A file of data that was read, not yet held against a model. */
export interface DataFile {
  readonly path: string;
  readonly sha256: string;
  /** By name; under '' where the file names none. */
  readonly arrays: Readonly<Record<string, Rows>>;
}

const FORMS = '.npy, .npz, .csv or .tsv';

/**
 * The numbers of a file of data.
 * @param names of the model's inputs, where they are known; a `.npz` file must have an array for each
 * @throws {InputError} in one line, naming the file
 */
export async function readData(path: string, names: readonly string[] | undefined): Promise<DataFile> {
  const bytes = await readBytes(path, 'inspect');
  const sha256 = hashOf(bytes);
  const form = extname(path).toLowerCase();
  if (form === '.npz') return { path, sha256, arrays: await readNpz(path, names ?? ['x']) };
  if (form === '.npy') return { path, sha256, arrays: { '': parseNpy(bytes, path) } };
  if (form !== '.csv' && form !== '.tsv')
    throw new InputError('setting', `inspect: --data ${path}: data are read from ${FORMS}, by the file's name`);
  const delimiter = form === '.tsv' ? '\t' : ',';
  const { x } = parseTable(bytes, { delimiter, header: hasHeader(path, bytes, delimiter) }, path);
  return { path, sha256, arrays: { '': { shape: [x.rows, x.cols], data: x.data } } };
}

/**
 * Whether the first line of a table names its columns: no entry of it is a number or stands for a missing one.
 * @throws {InputError} `file`, for 0, 1, 2 …, which may be a row, or the names that pandas gives columns without names
 */
function hasHeader(path: string, bytes: Uint8Array, delimiter: string): boolean {
  const end = bytes.indexOf(0x0a);
  const line = new TextDecoder().decode(bytes.subarray(0, end < 0 ? bytes.length : end));
  const entries = line.split(delimiter).map((entry) => entry.trim().toLowerCase());
  if (entries.length > 1 && entries.every((entry, i) => entry === String(i)))
    throw new InputError(
      'file',
      `inspect: the first line of ${path} is 0, 1, 2 …: delete it if it numbers the columns; if it is a row, write 0.0 in place of 0`,
    );
  return entries.every((entry) => Number.isNaN(Number(entry)) && !MISSING_TEXTS.includes(entry));
}

/** Shape of a row of data without a name, where they have more axes than a table. */
export const dataShapeOf = (data: DataFile | undefined): readonly number[] | undefined => {
  const shape = data?.arrays['']?.shape;
  return shape && shape.length > 1 ? shape.slice(1) : undefined;
};

/**
 * Rows of data for a model, at most `rows` of them, drawn where there are more, in their order. All inputs of a row stand one after another, as float32.
 * @throws {InputError} for data that don't fit the model's inputs, and NaN, infinite, or, where whole numbers are read, other entries
 */
export function rowsOfData({ path, arrays }: DataFile, inputs: Source['inputs'], rows: number, random: Random): Matrix {
  const entries = Object.entries(inputs);
  if (Object.hasOwn(arrays, '') && entries.length > 1)
    throw new InputError(
      'data',
      `inspect: the model reads ${listed(entries.map(([name]) => name))}; give --data as .npz with an array for each`,
    );
  const parts = entries.map(([name, spec]) => ({ name, spec, array: arrays[name] ?? arrays['']! }));
  const counts = parts.map(({ name, spec, array }) => checkedRows(path, name, spec, array));
  const count = counts[0]!;
  if (counts.some((other) => other !== count))
    throw new InputError(
      'data',
      `inspect: ${path} has ${listed(parts.map(({ name }, i) => `${counts[i]} rows of ${name}`))}; as many of each are needed`,
    );
  const chosen =
    count > rows ? random.permutation(count).slice(0, rows).sort() : Int32Array.from({ length: count }, (_, i) => i);
  const x = createMatrix(chosen.length, columnsOf(inputs));
  chosen.forEach((row, i) => {
    let at = i * x.cols;
    for (const { spec, array } of parts) {
      const size = sizeOf(spec.shape);
      if (array.data instanceof Float32Array) x.data.set(array.data.subarray(row * size, (row + 1) * size), at);
      else for (let k = 0; k < size; k++) x.data[at + k] = Number(array.data[row * size + k]);
      at += size;
    }
  });
  return x;
}

/** How many rows an array has. */
function checkedRows(path: string, name: string, { shape, dtype }: InputSpec, array: Rows): number {
  const [count = 0, ...row] = array.shape;
  const size = sizeOf(shape);
  const fits = row.length === 1 || row.length === 0 ? sizeOf(row) === size : row.join() === shape.join();
  if (count < 1 || !fits)
    throw new InputError(
      'data',
      `inspect: ${path} has ${shownShape(array.shape)} for ${name}; the model reads rows of ${shownShape(shape)}${shape.length > 1 ? `, or of ${size} numbers` : ''}`,
    );
  const place = (i: number) => `row ${Math.floor(i / size)}, entry ${i % size} of ${name}`;
  const values =
    array.data instanceof Float32Array
      ? array.data
      : Float32Array.from({ length: array.data.length }, (_, i) => Number(array.data[i]));
  checkFiniteValues(`inspect: ${path}`, values, 'drop or impute such rows', place);
  const odd = dtype.startsWith('float')
    ? -1
    : values.findIndex((value) => !Number.isInteger(value) || Math.abs(value) > 2 ** 24);
  if (odd >= 0)
    throw new InputError(
      'data',
      `inspect: ${path}: ${place(odd)} is ${values[odd]}; ${name} is ${dtype} and takes whole numbers, up to 2^24`,
    );
  return count;
}

/**
 * Random rows for a model: standard normal numbers, and whole numbers from a range, each as likely, where one is given.
 * @throws {InputError} `setting`, for inputs of whole numbers without a range
 */
export function drawnRows(
  inputs: Source['inputs'],
  rows: number,
  ranges: Readonly<Record<string, readonly number[]>>,
  random: Random,
): Matrix {
  for (const [name, [from, to]] of Object.entries(ranges)) {
    if (!Object.hasOwn(inputs, name))
      throw new InputError(
        'setting',
        `inspect: --range ${name}: the model reads ${listed(Object.keys(inputs).map(showValue))}`,
      );
    if (from! > to!)
      throw new InputError('setting', `inspect: --range ${name}=${from}:${to}: the smallest number comes first`);
  }
  const x = createMatrix(rows, columnsOf(inputs));
  let at = 0;
  for (const [name, { shape, dtype }] of Object.entries(inputs)) {
    const size = sizeOf(shape);
    const range = Object.hasOwn(ranges, name) ? ranges[name] : undefined;
    if (!range && !dtype.startsWith('float'))
      throw new InputError(
        'setting',
        `inspect: the input ${showValue(name)} is of ${dtype}, such as token ids, for which random numbers mean nothing; give --data with ids, or --range ${name}=0:999 with the smallest and the largest`,
      );
    const stream = random.split(name);
    for (let i = 0; i < rows; i++) {
      const row = x.data.subarray(i * x.cols + at, i * x.cols + at + size);
      if (range)
        row.forEach((_, k) => {
          row[k] = range[0]! + stream.int(range[1]! - range[0]! + 1);
        });
      else stream.normal(row);
    }
    at += size;
  }
  return x;
}
