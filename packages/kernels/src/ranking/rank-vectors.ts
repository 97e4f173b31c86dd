import { InputError } from '@unbraid/checks';
import { ALIGNMENT } from '../arena/arena.ts';
import type { Scratch } from '../arena/scratch.ts';
import type { Engine } from '../engine.ts';
import { LINE } from '../line.ts';
import { maxAbs } from '../vector/magnitude.ts';
import { orderScalar } from './order-scalar.ts';
import { tensorOf, type WeightVectors } from './weight-vectors.ts';

/** What the wasm kernel writes; the numbers that assembly/order-vectors.ts knows. */
const VALUES = 0;
const PERMUTED = 1;
const RANKS = 2;

/** Each vector's values, ascending, vector after vector. */
export function sortVectors(
  engine: Engine,
  scratch: Scratch,
  params: Float32Array,
  vectors: WeightVectors,
  sorted: Float32Array,
): void {
  const tensor = tensorOf('sortVectors', params, vectors, { name: 'sorted', length: sorted.length });
  rejectNaN('sortVectors', engine, tensor, vectors);
  if (orderInWasm(engine, scratch, VALUES, tensor, vectors, sorted, tensor)) return;
  orderScalar(tensor, vectors, (order, first) => {
    for (let r = 0; r < order.length; r++) sorted[first + r] = order.value(r);
  });
}

/** The r-th entry of `sorted` at the place of the entry ranked r, in place. */
export function permuteByRank(
  engine: Engine,
  scratch: Scratch,
  params: Float32Array,
  vectors: WeightVectors,
  sorted: Float32Array,
): void {
  const tensor = tensorOf('permuteByRank', params, vectors, { name: 'sorted', length: sorted.length });
  rejectNaN('permuteByRank', engine, tensor, vectors);
  if (orderInWasm(engine, scratch, PERMUTED, tensor, vectors, sorted, tensor)) return;
  orderScalar(tensor, vectors, (order, first, entry) => {
    for (let r = 0; r < order.length; r++) tensor[entry(order.place(r))] = sorted[first + r]!;
  });
}

/** The rank of every entry in its vector, in the tensor's layout. */
export function rankVectors(
  engine: Engine,
  scratch: Scratch,
  params: Float32Array,
  vectors: WeightVectors,
  ranks: Int32Array,
): void {
  const tensor = tensorOf('rankVectors', params, vectors, { name: 'ranks', length: ranks.length });
  rejectNaN('rankVectors', engine, tensor, vectors);
  if (orderInWasm(engine, scratch, RANKS, tensor, vectors, tensor, ranks)) return;
  orderScalar(tensor, vectors, (order, _first, entry) => {
    for (let r = 0; r < order.length; r++) ranks[entry(order.place(r))] = r;
  });
}

/** Whether the kernel ran. */
function orderInWasm(
  engine: Engine,
  scratch: Scratch,
  form: number,
  source: Float32Array,
  { outer, neurons, inner }: WeightVectors,
  sorted: Float32Array,
  target: Float32Array | Int32Array,
): boolean {
  const wasm = engine.nativeFor(source, sorted, target);
  if (!wasm) return false;
  const [from, values, to] = [source.byteOffset, sorted.byteOffset, target.byteOffset];
  const bytes = ALIGNMENT * Math.ceil(wasm.orderScratchBytes(outer, neurons, inner) / ALIGNMENT);
  const scratchAt = scratch.reserve(engine.threads * bytes);
  engine.run({
    // Neurons of a dense kernel are taken as many at a time as share a cache line.
    ...{ kernel: 'orderVectors', items: neurons, unit: inner === 1 && outer > 1 ? LINE : 1 },
    nanoseconds: NANOSECONDS * source.length,
    args: (first, last) => [form, from, outer, neurons, inner, first, last, values, to, scratchAt],
    scratch: { argument: 9, bytes },
  });
  return true;
}

/** Of a weight on one thread. */
const NANOSECONDS = 6;

function rejectNaN(kernel: string, engine: Engine, tensor: Float32Array, { offset, neurons, inner }: WeightVectors) {
  if (!Number.isNaN(maxAbs(engine, tensor))) return;
  const at = tensor.findIndex(Number.isNaN);
  const neuron = Math.floor(at / inner) % neurons;
  throw new InputError(
    'data',
    `kernels: ${kernel}: params[${offset + at}], an incoming weight of neuron ${neuron}, is NaN, which has no rank`,
  );
}
