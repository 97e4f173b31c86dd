import { InputError, showValue } from '@unbraid/checks';
import { latin1Bytes } from '#platform';
import { isObject, type Pickled, type PickledObject } from './pickle-objects.ts';

/** An array of NumPy that was pickled. */
export interface PickledNumbers {
  readonly shape: readonly number[];
  /** In the order of memory. */
  readonly data: Float64Array;
  readonly columnMajor: boolean;
}

type Read = (view: DataView, at: number, little: boolean) => number | bigint;

const NUMBERS: Readonly<Record<string, readonly [size: number, read: Read]>> = {
  b1: [1, (view, at) => view.getUint8(at)],
  i1: [1, (view, at) => view.getInt8(at)],
  u1: [1, (view, at) => view.getUint8(at)],
  i2: [2, (view, at, little) => view.getInt16(at, little)],
  u2: [2, (view, at, little) => view.getUint16(at, little)],
  i4: [4, (view, at, little) => view.getInt32(at, little)],
  u4: [4, (view, at, little) => view.getUint32(at, little)],
  i8: [8, (view, at, little) => view.getBigInt64(at, little)],
  u8: [8, (view, at, little) => view.getBigUint64(at, little)],
  f4: [4, (view, at, little) => view.getFloat32(at, little)],
  f8: [8, (view, at, little) => view.getFloat64(at, little)],
};

/** The parts of an array: NumPy pickles them as the state of an empty one or, from protocol 5 on, as a function's arguments. */
function partsOf(value: Pickled | undefined, name: string) {
  if (isObject(value) && value.type === 'array of a buffer') {
    const [content, dtype, shape, order] = value.args;
    return { content, dtype, shape, columnMajor: order === 'F' };
  }
  if (isObject(value) && value.type === 'array' && Array.isArray(value.state)) {
    const [, shape, dtype, columnMajor, content] = value.state;
    return { content, dtype, shape, columnMajor: columnMajor === true };
  }
  throw new InputError('file', `data: ${name} is not a NumPy array`);
}

/**
 * The numbers of a pickled array.
 *
 * @throws InputError where it is none, for types that hold no numbers, values that are cut off, and integers beyond 2^53.
 */
export function pickledNumbers(value: Pickled | undefined, name: string): PickledNumbers {
  const { content, dtype, shape, columnMajor } = partsOf(value, name);
  const plain = typeof content === 'string' || content instanceof Uint8Array;
  if (!isDtype(dtype) || !plain || !Array.isArray(shape))
    throw new InputError('file', `data: ${name} is an array of something else than plain numbers`);
  const bytes = typeof content === 'string' ? latin1Bytes(content) : content;
  const wrong = shape.find((size) => !(Number.isSafeInteger(size) && (size as number) >= 0));
  if (wrong !== undefined)
    throw new InputError('file', `data: ${name} is damaged: an axis of its shape is ${showValue(wrong)}`);
  const sizes = shape as number[];
  return { shape: sizes, data: numbersOf(bytes, dtype, sizes, name), columnMajor };
}

const isDtype = (dtype: Pickled | undefined): dtype is PickledObject =>
  isObject(dtype) && dtype.type === 'dtype' && typeof dtype.args[0] === 'string';

function numbersOf(bytes: Uint8Array, dtype: PickledObject, shape: readonly number[], name: string): Float64Array {
  const type = dtype.args[0] as string;
  const known = Object.hasOwn(NUMBERS, type) ? NUMBERS[type] : undefined;
  if (!known)
    throw new InputError(
      'file',
      `data: ${name} has values of type ${showValue(type).slice(1, -1)}; ${Object.keys(NUMBERS).join(', ')} can be read`,
    );
  const [size, read] = known;
  const count = shape.reduce((product, each) => product * each, 1);
  if (bytes.length !== count * size)
    throw new InputError(
      'file',
      `data: ${name} is damaged: ${count} values of type ${type} don't take ${bytes.length} bytes`,
    );
  const little = !(Array.isArray(dtype.state) && dtype.state[1] === '>');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const value = read(view, i * size, little);
    data[i] = Number(value);
    if (typeof value === 'bigint' && !Number.isSafeInteger(data[i]))
      throw new InputError('file', `data: ${name} has the integer ${value} at ${i}, which is beyond 2^53`);
  }
  return data;
}

/** The attributes of a pickled SciPy CSR matrix. @throws InputError where it is none. */
export function pickledMatrix(value: Pickled, name: string): (attribute: string) => Pickled | undefined {
  if (!isObject(value) || value.type !== 'matrix' || !(value.state instanceof Map))
    throw new InputError('file', `data: ${name} is not a SciPy CSR matrix; make one by scipy.sparse.csr_matrix`);
  const { state } = value;
  return (attribute) => state.get(attribute);
}

/** The dictionary that a value of a pickle is. @throws InputError where it is none. */
export function pickledDictionary(value: Pickled, name: string): Map<Pickled, Pickled> {
  if (value instanceof Map) return value;
  throw new InputError('file', `data: ${name} is not a dictionary`);
}

/** A number, or a scalar of NumPy; undefined for anything else. @throws as `pickledNumbers` for a scalar that is damaged. */
export function pickledNumber(value: Pickled | undefined, name: string): number | undefined {
  if (typeof value === 'number') return value;
  if (!isObject(value) || value.type !== 'scalar') return undefined;
  const [dtype, content] = value.args;
  const plain = typeof content === 'string' || content instanceof Uint8Array;
  if (!isDtype(dtype) || !plain) throw new InputError('file', `data: ${name} has a NumPy scalar that is no number`);
  const bytes = typeof content === 'string' ? latin1Bytes(content) : content;
  return numbersOf(bytes, dtype, [], name)[0];
}

/** The numbers of a list, a tuple, a set or an array; undefined for anything else, and for a list of other things. */
export function pickledList(value: Pickled, name: string): ArrayLike<number> | undefined {
  if (isObject(value)) return pickledNumbers(value, name).data;
  if (!Array.isArray(value)) return undefined;
  if (value.every((entry) => typeof entry === 'number')) return value as number[];
  const numbers = value.map((entry) => pickledNumber(entry, name));
  return numbers.includes(undefined) ? undefined : (numbers as number[]);
}
