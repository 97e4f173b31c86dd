import type { Emitter } from '../onnx/emitter.ts';
import { checkShape, type Shape, ShapeError, show, sizeOf } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';

interface MaskAttributes {
  readonly [name: string]: Shape | number;
  readonly shape: Shape;
  /** How many of the 65536 values of 16 bits give a 1. */
  readonly kept: number;
  readonly stream: number;
}

/** Arithmetic modulo 2³², on numbers or on the names of ONNX values. */
interface Words<T> {
  readonly xor: (a: T, b: T | number) => T;
  readonly mul: (a: T, b: number) => T;
  readonly shiftRight: (a: T, bits: number) => T;
}

const operator: Operator<MaskAttributes> = {
  name: 'bernoulliMask',
  type([key], { shape }) {
    if (key!.dtype !== 'int32' || key!.shape.length !== 1 || key!.shape[0] !== 2) {
      throw new ShapeError(`bernoulliMask: the key is ${key!.dtype}${show(key!.shape)}, int32[2] is needed`);
    }
    return { shape, dtype: 'float32' };
  },
  evaluate([key], { shape, dtype, attributes: { kept, stream } }) {
    const keys = keysOf(NUMBERS, key!.data[0]! >>> 0, key!.data[1]! >>> 0, stream);
    const words = wordsFor(shape);
    const data = new Float64Array(sizeOf(shape));
    for (let i = 0; i < data.length; i++) {
      const word = keyedHash(NUMBERS, i % words, keys);
      const half = i < words ? word & 0xffff : word >>> 16;
      data[i] = (half + kept) >>> 16;
    }
    return { shape, dtype, data };
  },
  emit([key], { shape, attributes: { kept, stream } }, emitter) {
    if (sizeOf(shape) === 0) return emitter.constant('float32', shape, new Float32Array(0));
    const algebra = emitted(emitter);
    const words = wordsFor(shape);
    const whole = emitter.node('Cast', [key!], { to: UINT32 });
    const part = (i: number) => emitter.node('Slice', [whole, emitter.int64s([i]), emitter.int64s([i + 1])]);
    const keys = keysOf(algebra, part(0), part(1), stream);
    // ONNX Runtime computes the range once, when it makes the session; the file need not hold it.
    const range = emitter.node(
      'Range',
      [0, words, 1].map((n) => emitter.scalar('int32', n)),
    );
    const hashed = keyedHash(algebra, emitter.node('Cast', [range], { to: UINT32 }), keys);
    const low = emitter.node('BitwiseAnd', [hashed, uint32(emitter, 0xffff)]);
    const halves = emitter.node('Concat', [low, algebra.shiftRight(hashed, 16)], { axis: 0 });
    const carried = algebra.shiftRight(emitter.node('Add', [halves, uint32(emitter, kept)]), 16);
    const flat =
      sizeOf(shape) % 2 === 0
        ? carried
        : emitter.node('Slice', [carried, emitter.int64s([0]), emitter.int64s([sizeOf(shape)])]);
    return emitter.node('Reshape', [emitter.node('Cast', [flat], { to: FLOAT }), emitter.int64s(shape)]);
  },
};

// Codes of TensorProto.DataType.
const FLOAT = 1;
const UINT32 = 12;

/** Each word of 32 bits decides two entries: its low half one of the first half of the entries, its high half one of the second. */
const wordsFor = (shape: Shape): number => Math.ceil(sizeOf(shape) / 2);

/** `lowbias32` of Chris Wellons' hash-prospector (2018): a bijection of 32-bit words in which every bit depends on every other. */
function mix<T>(words: Words<T>, x: T): T {
  return lowerRound(words, upperRound(words, x));
}

function upperRound<T>({ xor, mul, shiftRight }: Words<T>, x: T): T {
  const product = mul(xor(x, shiftRight(x, 16)), 0x7feb352d);
  return xor(product, shiftRight(product, 15));
}

function lowerRound<T>({ xor, mul, shiftRight }: Words<T>, x: T): T {
  const product = mul(x, 0x846ca68b);
  return xor(product, shiftRight(product, 16));
}

/** The hash of a counter: `lowbias32` with one key before it and one between its rounds, so that no two keys share a sequence. */
function keyedHash<T>(words: Words<T>, counter: T, [first, second]: readonly [T, T]): T {
  return lowerRound(words, words.xor(upperRound(words, words.xor(counter, first)), second));
}

/** The two keys by which a mask's words are hashed, for kernels that draw the mask themselves: `seed` and `step` are those of its key. */
export const maskKeys = (seed: number, step: number, stream: number): readonly [number, number] =>
  keysOf(NUMBERS, seed >>> 0, step >>> 0, stream);

/** Two keys that differ for any two pairs of seed and step of a stream. */
function keysOf<T>(words: Words<T>, seed: T, step: T, stream: number): [T, T] {
  const first = mix(words, words.xor(step, mix(NUMBERS, stream)));
  return [first, mix(words, words.xor(words.xor(seed, first), mix(NUMBERS, ~stream >>> 0)))];
}

const NUMBERS: Words<number> = {
  xor: (a, b) => (a ^ b) >>> 0,
  mul: (a, b) => Math.imul(a, b) >>> 0,
  shiftRight: (a, bits) => a >>> bits,
};

function emitted(emitter: Emitter): Words<string> {
  const operand = (x: string | number) => (typeof x === 'number' ? uint32(emitter, x) : x);
  return {
    xor: (a, b) => emitter.node('BitwiseXor', [a, operand(b)]),
    mul: (a, b) => emitter.node('Mul', [a, operand(b)]),
    shiftRight: (a, bits) => emitter.node('BitShift', [a, operand(bits)], { direction: 'RIGHT' }),
  };
}

const uint32 = (emitter: Emitter, value: number) => emitter.constant('uint32', [1], Uint32Array.of(value));

/**
 * Random zeros and ones (float32): 1 with probability `keep`, rounded to a multiple of 1/65536. The mask is a function of key, stream,
 * shape and place alone: the same everywhere, whatever was drawn before. It has no derivative.
 * @param key int32[2]: the bits of a seed, and the number of the step
 * @param keep in [0, 1]
 * @param stream a whole number in [0, 2³²) that tells masks of one step apart
 * @throws {ShapeError} for a key, a shape, a probability or a stream out of range
 */
export function bernoulliMask(key: Tensor, shape: Shape, keep: number, stream: number): Tensor {
  checkShape('bernoulliMask', shape);
  if (!(keep >= 0 && keep <= 1)) throw new ShapeError(`bernoulliMask: keep is ${keep}; it must lie in 0 … 1`);
  if (!Number.isInteger(stream) || stream < 0 || stream >= 2 ** 32) {
    throw new ShapeError(`bernoulliMask: stream is ${stream}; a whole number in 0 … 2³² − 1 is needed`);
  }
  return apply(operator, [key], { shape, kept: Math.round(keep * 65536), stream });
}
