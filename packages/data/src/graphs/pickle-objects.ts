import type { PickleReader } from './pickle-reader.ts';

/** What may be in a pickle here. Lists, tuples and sets are arrays, dictionaries maps, bytes of Python 3 bytes; text and bytes of Python 2 text. */
export type Pickled =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | Pickled[]
  | Map<Pickled, Pickled>
  | PickledType
  | PickledObject;

/** A type, or a function that makes objects, that a pickle names. */
export interface PickledType {
  readonly kind: 'type';
  readonly type: TypeName;
}

/** An object of NumPy or SciPy: pickles make it of arguments and give it its state later. */
export interface PickledObject {
  readonly kind: 'object';
  readonly type: TypeName;
  readonly args: readonly Pickled[];
  state: Pickled;
}

type TypeName =
  | 'array'
  | 'array of a buffer'
  | 'scalar'
  | 'dtype'
  | 'matrix'
  | 'encode'
  | 'bytes'
  | 'list'
  | 'set'
  | 'dictionary'
  | 'object'
  | 'reconstructor'
  | 'ndarray';

const both = (modules: readonly string[], names: readonly string[], type: TypeName) =>
  modules.flatMap((module) => names.map((name): [string, TypeName] => [`${module}.${name}`, type]));

const BUILTINS = ['__builtin__', 'builtins'];

/** All that a pickle may name. It is a program, which could name any function of Python: nothing else is taken, and these are made here. */
const TYPES: ReadonlyMap<string, TypeName> = new Map([
  ...both(['numpy.core.multiarray', 'numpy._core.multiarray'], ['_reconstruct'], 'array'),
  ...both(['numpy.core.multiarray', 'numpy._core.multiarray'], ['scalar'], 'scalar'),
  ...both(['numpy.core.numeric', 'numpy._core.numeric'], ['_frombuffer'], 'array of a buffer'),
  ...both(['numpy'], ['ndarray'], 'ndarray'),
  ...both(['numpy'], ['dtype'], 'dtype'),
  ...both(['scipy.sparse.csr', 'scipy.sparse._csr'], ['csr_matrix', 'csr_array'], 'matrix'),
  ...both(['_codecs'], ['encode'], 'encode'),
  ...both(BUILTINS, ['bytes', 'bytearray'], 'bytes'),
  ...both(BUILTINS, ['list'], 'list'),
  ...both(BUILTINS, ['set', 'frozenset'], 'set'),
  ...both(BUILTINS, ['object'], 'object'),
  ...both(['collections'], ['defaultdict', 'OrderedDict'], 'dictionary'),
  ...both(['copy_reg', 'copyreg'], ['_reconstructor'], 'reconstructor'),
]);

/** The type that a pickle calls so; undefined for all that may not be in one here. */
export function typeCalled(module: string, name: string): PickledType | undefined {
  const type = TYPES.get(`${module}.${name}`);
  return type && { kind: 'type', type };
}

export const isType = (x: unknown): x is PickledType => hasKind(x, 'type');
export const isObject = (x: unknown): x is PickledObject => hasKind(x, 'object');

const hasKind = (x: unknown, kind: string): boolean =>
  typeof x === 'object' && x !== null && 'kind' in x && x.kind === kind;

/** Makes what a pickle's type or function gives for arguments: bytes, arrays and maps at once, anything else as an object that is given its state later. */
export function makeObject({ type }: PickledType, args: readonly Pickled[], { damaged }: PickleReader): Pickled {
  const [first, second] = args;
  if (type === 'encode' || type === 'bytes') {
    if (args.length === 0) return new Uint8Array();
    if (first instanceof Uint8Array) return first;
    if (typeof first === 'string' && LATIN1.has(second as string)) return encoded(first, damaged);
    throw damaged('bytes of something else than latin1 text');
  }
  if (type === 'dictionary') return new Map();
  if (type === 'set' || type === 'list') {
    if (args.length === 0) return [];
    if (Array.isArray(first)) return first;
    throw damaged(`a ${type} of something else than a list`);
  }
  if (type === 'reconstructor') {
    if (isType(first)) return { kind: 'object', type: first.type, args: [], state: null };
    throw damaged('makes an object of no type');
  }
  return { kind: 'object', type, args, state: null };
}

/** Python's names for ISO 8859-1. */
const LATIN1 = new Set(['latin1', 'latin-1', 'iso-8859-1']);

function encoded(text: string, damaged: PickleReader['damaged']): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255) throw damaged('text as bytes that is not latin1');
    bytes[i] = code;
  }
  return bytes;
}
