import type { WeightVectors } from './weight-vectors.ts';

/** What is done with a vector once it is in order; `entry(place)` is where in the tensor a place of the vector is. */
export type UseOrder = (order: Order, first: number, entry: (place: number) => number) => void;

/** A vector in order: entry r is the r-th smallest. */
interface Order {
  readonly length: number;
  /** Where in the vector it is. */
  place(r: number): number;
  /** Its value. */
  value(r: number): number;
}

/**
 * The scalar twin of the wasm kernel: orders each vector of a tensor and hands it on, with the number of entries in the
 * vectors before it. Equal numbers keep their order; −0 comes before +0.
 */
export function orderScalar(tensor: Float32Array, { outer, neurons, inner }: WeightVectors, use: UseOrder): void {
  const length = outer * inner;
  const entries = new BigUint64Array(length);
  // The key of an entry is above its place, as in assembly/order.ts; typed arrays are little-endian wherever JavaScript runs.
  const halves = new Uint32Array(entries.buffer);
  const float = new Float32Array(1);
  const bits = new Int32Array(float.buffer);
  const order: Order = {
    length,
    place: (r) => halves[2 * r]!,
    value(r) {
      bits[0] = invert(halves[2 * r + 1]! ^ SIGN_BIT);
      return float[0]!;
    },
  };
  for (let f = 0; f < neurons; f++) {
    const entry = (place: number) => (Math.floor(place / inner) * neurons + f) * inner + (place % inner);
    for (let place = 0; place < length; place++) {
      float[0] = tensor[entry(place)]!;
      halves[2 * place] = place;
      halves[2 * place + 1] = invert(bits[0]!) ^ SIGN_BIT;
    }
    entries.sort();
    use(order, f * length, entry);
  }
}

const SIGN_BIT = 0x80000000;

/** The bits of a float32 as a signed integer that orders like the number, and back. */
function invert(bits: number): number {
  return bits ^ ((bits >> 31) & 0x7fffffff);
}
