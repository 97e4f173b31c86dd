import { RunError } from '../errors.ts';
import type { JsonValue, StoredArray } from '../values.ts';

/** A value taken apart: JSON that refers to arrays by their place in the value, as a JSON pointer (RFC 6901). */
export interface Encoded {
  readonly json: JsonValue;
  readonly arrays: Readonly<Record<string, StoredArray>>;
}

/** What JSON has no word for is an object with this one key; real keys that begin with it get a second one. */
const TAG = '$';

const SPECIAL: Readonly<Record<string, number | undefined>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-0': -0,
  undefined,
};

function isStoredArray(value: unknown): value is StoredArray {
  return (
    value instanceof Float32Array ||
    value instanceof Float64Array ||
    value instanceof Int32Array ||
    value instanceof Uint8Array
  );
}

function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function typeName(value: unknown): string {
  return typeof value === 'object' && value !== null ? (value.constructor?.name ?? 'object') : typeof value;
}

/**
 * Takes a value apart so that it can be stored exactly: numbers to the last bit, NaN, the infinities, negative zero
 * and undefined included.
 * @param owner names the value in errors: `unit "fit"`.
 * @throws RunError where the value holds something else than JSON, undefined and stored arrays.
 */
export function encodeValue(value: unknown, owner: string): Encoded {
  const arrays: Record<string, StoredArray> = {};

  const encode = (item: unknown, place: string): JsonValue => {
    if (item === null || typeof item === 'boolean' || typeof item === 'string') return item;
    if (typeof item === 'number' && Number.isFinite(item) && !Object.is(item, -0)) return item;
    if (typeof item === 'number') return { [TAG]: Object.is(item, -0) ? '-0' : String(item) };
    if (item === undefined) return { [TAG]: 'undefined' };
    if (isStoredArray(item)) {
      arrays[place] = item;
      return { [TAG]: 'array' };
    }
    if (Array.isArray(item)) return Array.from(item, (element, i) => encode(element, `${place}/${i}`));
    if (typeof item === 'object' && isPlainObject(item)) {
      return Object.fromEntries(
        Object.entries(item).map(([key, part]) => [
          key.startsWith(TAG) ? TAG + key : key,
          encode(part, `${place}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
        ]),
      );
    }
    throw new RunError(
      `experiment: ${owner} has a ${typeName(item)} at ${place || 'its top'}, which cannot be stored; ` +
        'use numbers, text, booleans, lists, plain objects and Float32Array, Float64Array, Int32Array or Uint8Array',
    );
  };

  return { json: encode(value, ''), arrays };
}

/** The value that `encodeValue` took apart. Arrays are taken over, not copied. */
export function decodeValue({ json, arrays }: Encoded): unknown {
  const decode = (item: JsonValue, place: string): unknown => {
    if (typeof item !== 'object' || item === null) return item;
    if (Array.isArray(item)) return item.map((element, i) => decode(element, `${place}/${i}`));
    const entries = Object.entries(item as Record<string, JsonValue>);
    const [first] = entries;
    if (entries.length === 1 && first?.[0] === TAG)
      return first[1] === 'array' ? arrays[place] : SPECIAL[String(first[1])];
    return Object.fromEntries(
      entries.map(([stored, part]) => {
        const key = stored.startsWith(TAG) ? stored.slice(TAG.length) : stored;
        return [key, decode(part, `${place}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)];
      }),
    );
  };
  return decode(json, '');
}
