import type { KerasLayer } from '@unbraid/checks';

/** What the thread is given. */
export interface KerasStart {
  /** Where h5wasm's build for Node is. */
  readonly library: string;
  readonly path: string;
  /** Bytes that all arrays may take, as they are and as float32. */
  readonly limit: number;
}

/** What the thread answers. */
export type KerasAnswer =
  | { readonly layers: readonly KerasLayer[] }
  | { readonly exceeded: string }
  | { readonly refused: string }
  | { readonly fault: string };

interface Entry {
  readonly type: string;
  readonly metadata: { readonly type: number; readonly size: number };
  readonly shape: readonly number[] | null;
  readonly value: unknown;
  readonly attrs: Readonly<Record<string, { readonly value: unknown }>>;
  keys(): string[];
  get(name: string): Entry | null;
}

interface Module {
  readonly ready: Promise<{ activate_throwing_error_handler(): number }>;
  readonly File: new (path: string, mode: 'r') => Entry;
}

/**
 * Reads the arrays of a Keras weights file by h5wasm, in a thread of its own: a damaged file may lead the HDF5 library anywhere within its
 * memory, and for ever. Its text is what the thread runs, so it refers to nothing outside of itself.
 *
 * There are two layouts. In that of Keras 1 and 2, also within a whole model's file under `model_weights`, attributes give the order: `layer_names`
 * of the file, `weight_names` of each layer's group. In that of Keras 3 (`.weights.h5`) a layer's arrays are numbered under `vars`, and layers
 * are named after their class and counted within it: `conv2d`, `conv2d_1`.
 */
export async function extractKeras(
  start: KerasStart,
  load: (url: string) => Promise<{ readonly default?: Module } & Module>,
): Promise<KerasAnswer> {
  const FLOAT = 1;
  // Layers in layers; more are not written by anyone.
  const DEPTH = 32;
  let left = start.limit;
  let exceeded: string | undefined;
  let refused: string | undefined;

  const refuse = (what: string): never => {
    refused = what;
    throw new RangeError('refused');
  };
  const groupIn = (entry: Entry, name: string): Entry | undefined => {
    const found = entry.keys().includes(name.split('/')[0]!) ? entry.get(name) : null;
    return found?.type === 'Group' ? found : undefined;
  };
  /** Texts of an attribute, which is cut into numbered parts where it would be too long for HDF5. */
  const textsOf = (entry: Entry, name: string): string[] | undefined => {
    const { attrs } = entry;
    const part = (key: string): string[] | undefined => {
      const value = Object.hasOwn(attrs, key) ? attrs[key]!.value : undefined;
      if (value === undefined) return undefined;
      // An empty list has no type of its own: numpy makes it one of numbers.
      if (ArrayBuffer.isView(value) && value.byteLength === 0) return [];
      return (Array.isArray(value) ? value : [value]).map((text) =>
        typeof text === 'string' ? text : refuse(`its attribute ${name} is no list of texts`),
      );
    };
    const whole = part(name);
    if (whole) return whole;
    const parts: string[] = [];
    for (let i = 0; ; i++) {
      const next = part(`${name}${i}`);
      if (!next) return i === 0 ? undefined : parts;
      parts.push(...next);
    }
  };
  const arrayOf = (entry: Entry | null, layer: string, name: string) => {
    const called = `${name} of ${layer}`;
    if (entry?.type !== 'Dataset') return refuse(`it has no dataset ${called}`);
    const { type, size } = entry.metadata;
    if (type !== FLOAT || (size !== 4 && size !== 8)) refuse(`${called} is not of float32 or float64 numbers`);
    const shape = [...(entry.shape ?? [])];
    const count = shape.reduce((product, axis) => product * axis, 1);
    if (!(count * (size + 4) <= left)) {
      exceeded = called;
      throw new RangeError('limit');
    }
    left -= count * (size + 4);
    const value = count === 0 ? [] : entry.value;
    const numbers = (ArrayBuffer.isView(value) ? value : Array.isArray(value) ? value : [value]) as ArrayLike<number>;
    if (numbers.length !== count) throw new Error(`${called} is shorter than it says`);
    return { name, shape, data: Float32Array.from(numbers) };
  };
  const byAttributes = (root: Entry, names: readonly string[]): KerasLayer[] =>
    names.map((name) => {
      const group = groupIn(root, name) ?? refuse(`it has no group ${name}, which its layer_names have`);
      const weights = textsOf(group, 'weight_names') ?? refuse(`its layer ${name} has no weight_names`);
      return { name, weights: weights.map((weight) => arrayOf(group.get(weight), name, weight)) };
    });
  /** A name without the number at its end, and that number: `conv2d_10` is the layer after `conv2d_9`. */
  const counted = (name: string): [string, number] => {
    const at = name.lastIndexOf('_');
    const count = at < 0 ? Number.NaN : Number(name.slice(at + 1));
    return Number.isInteger(count) ? [name.slice(0, at), count] : [name, 0];
  };
  const byCount = (a: string, b: string): number => {
    const [[one, first], [two, second]] = [counted(a), counted(b)];
    return one < two ? -1 : one > two ? 1 : first - second;
  };
  const byClass = (group: Entry, path: string, depth: number): KerasLayer[] => {
    if (depth > DEPTH) refuse(`it has more than ${DEPTH} groups in one another`);
    // What dropout draws from is no weight.
    const keys = group.keys().filter((key) => key !== 'seed_generator');
    return keys.sort(byCount).flatMap((key): KerasLayer[] => {
      const inner = groupIn(group, key);
      if (!inner) return [];
      if (key === 'vars' && path !== '') {
        const numbers = inner.keys().sort((a, b) => Number(a) - Number(b));
        const weights = numbers.map((number) => arrayOf(inner.get(number), path, number));
        return weights.length === 0 ? [] : [{ name: path, weights }];
      }
      const below = path === '' ? key : `${path}/${key}`;
      return byClass(inner, key === 'layers' ? path : below, depth + 1);
    });
  };

  try {
    const loaded = await load(start.library);
    const library = loaded.default ?? loaded;
    // Without it what can't be read is whatever was in memory before.
    (await library.ready).activate_throwing_error_handler();
    const file = new library.File(start.path, 'r');
    const root = groupIn(file, 'model_weights') ?? file;
    const names = textsOf(root, 'layer_names');
    if (names) return { layers: byAttributes(root, names) };
    const layers =
      groupIn(file, 'layers') ??
      refuse('it has neither layer_names, as Keras 2 writes them, nor a group layers, as Keras 3 does');
    return { layers: byClass(layers, '', 0) };
  } catch (error) {
    if (exceeded !== undefined) return { exceeded };
    if (refused !== undefined) return { refused };
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}
