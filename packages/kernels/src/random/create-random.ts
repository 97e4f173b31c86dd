import { InputError } from '@unbraid/checks';
import { rejectDetached } from '../reject-detached.ts';
import type { EngineChoice } from '../wasm/instantiate.ts';
import { type Distribution, normal, uniform } from './distribution.ts';
import { GROUP } from './groups.ts';
import { integerBelow } from './integer.ts';
import { permutation } from './permutation.ts';
import type { Key } from './philox.ts';
import type { Random, RandomState } from './random.ts';
import { createScalarSource } from './scalar-source.ts';
import { SOURCE_GROUPS, type Source } from './source.ts';
import { splitKey } from './split.ts';
import { createWasmSource } from './wasm-source.ts';

/** Groups of words made at a time for numbers that are taken one by one. */
const WINDOW_GROUPS = 16;
const WINDOW = WINDOW_GROUPS * GROUP;

/** How numbers are drawn; they are the same in any case. */
export interface RandomOptions {
  /** Default `auto`: wasm where the runtime compiles it. The numbers are the same. */
  readonly engine?: EngineChoice;
}

// Sources keep nothing between calls, so all streams of an engine share one.
const sources = new Map<EngineChoice, Source>();

function sourceOf(choice: EngineChoice): Source {
  const source = sources.get(choice) ?? createWasmSource(choice) ?? createScalarSource();
  sources.set(choice, source);
  return source;
}

function keyOfSeed(seed: number | bigint): Key {
  if (typeof seed === 'number' && !Number.isSafeInteger(seed)) {
    throw new InputError('setting', `kernels: a seed is an integer up to 2^53 or a bigint, got ${seed}`);
  }
  const bits = BigInt.asUintN(64, BigInt(seed));
  return [Number(bits & 0xffffffffn), Number(bits >> 32n)];
}

/**
 * A stream of random numbers from Philox4x32-10 (Salmon et al. 2011), whose key is the seed modulo 2⁶⁴.
 *
 * @throws InputError for a number that is not a safe integer
 */
export function createRandom(seed: number | bigint, options: RandomOptions = {}): Random {
  return createStream(keyOfSeed(seed), 0, options.engine ?? 'auto');
}

/**
 * A stream that goes on where `state` was taken.
 *
 * @throws InputError when `state` did not come from `Random.state`
 */
export function restoreRandom(state: RandomState, options: RandomOptions = {}): Random {
  const { key, position } = state;
  const isWord = (word: unknown) => Number.isInteger(word) && (word as number) >>> 0 === word;
  if (
    !(Array.isArray(key) && key.length === 2 && key.every(isWord) && Number.isSafeInteger(position) && position >= 0)
  ) {
    throw new InputError(
      'setting',
      `kernels: a random state is { key: [word, word], position }, got ${JSON.stringify(state)}`,
    );
  }
  return createStream([key[0], key[1]], position, options.engine ?? 'auto');
}

function createStream(key: Key, start: number, engine: EngineChoice): Random {
  const source = sourceOf(engine);
  let position = start;
  const window = new Uint32Array(WINDOW);
  let windowAt = Number.NaN;

  function word(): number {
    const at = position - (position % WINDOW);
    if (at !== windowAt) {
      source.make({ key, first: at / GROUP, count: WINDOW_GROUPS }, { kind: 'bits' });
      window.set(source.words.subarray(0, WINDOW));
      windowAt = at;
    }
    return window[position++ - at]!;
  }

  function take<A extends FillableArray>(out: A, numbers: NumberArray, distribution: Distribution): A {
    rejectDetached(out);
    fillFrom(source, out, numbers, { key, position }, distribution);
    position += out.length;
    return out;
  }

  const int = (n: number) => integerBelow(n, word);
  return {
    split: (label) => createStream(splitKey(key, label), 0, engine),
    uniform: (out, low = 0, high = 1) => take(out, source.floats, uniform(low, high)),
    normal: (out, mean = 0, std = 1) => take(out, source.floats, normal(mean, std)),
    sign: (out) => take(out, source.floats, { kind: 'sign' }),
    bits: (out) => take(out, source.words, { kind: 'bits' }),
    next: () => (word() >>> 5) * 2 ** -27 + (word() >>> 6) * 2 ** -53,
    int,
    permutation: (n) => permutation(n, int),
    state: () => ({ key, position }),
  };
}

type NumberArray = Float32Array | Uint32Array;
type FillableArray = ArrayBufferView & { readonly length: number; set(source: NumberArray, offset: number): void };

/** Makes the whole groups that cover the positions of `out`, as many at a time as the source holds, and copies the part. */
function fillFrom(
  source: Source,
  out: FillableArray,
  numbers: NumberArray,
  { key, position }: RandomState,
  distribution: Distribution,
): void {
  const end = position + out.length;
  for (let at = position; at < end; ) {
    const first = Math.floor(at / GROUP);
    const count = Math.min(SOURCE_GROUPS, Math.ceil(end / GROUP) - first);
    source.make({ key, first, count }, distribution);
    const groupsEnd = Math.min(end, (first + count) * GROUP);
    out.set(numbers.subarray(at - first * GROUP, groupsEnd - first * GROUP), at - position);
    at = groupsEnd;
  }
}
