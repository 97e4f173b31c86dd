import { createRandom } from '@unbraid/kernels';
import { type DType, encode } from '../src/dtype.ts';
import { type AnyGraph, compile, evaluate, type NdArray, type Runtime, type Tensor } from '../src/index.ts';

/* What tests compute with, in Node as in browsers. */

/** Values of a graph's inputs, by name. Only inputs that are one tensor, not a tree. */
export type Values = Readonly<Record<string, NdArray>>;

/** The outputs of a graph that are one tensor each, by the oracle. */
export function evaluateGraph(graph: AnyGraph, values: Values): Record<string, Float64Array> {
  const inputs = Object.entries(graph.inputs).map(([name, tensor]) => [tensor as Tensor, values[name]!] as const);
  const names = Object.keys(graph.outputs);
  const results = evaluate(
    names.map((name) => graph.outputs[name] as Tensor),
    new Map(inputs),
  );
  return Object.fromEntries(names.map((name, i) => [name, results[i]!.data]));
}

/** The same by ONNX Runtime. */
export async function runGraph(
  graph: AnyGraph,
  values: Values,
  runtime: Runtime,
): Promise<Record<string, Float64Array>> {
  const executable = await compile(graph as never, runtime);
  const inputs = executable.inputs as Record<string, { data: Float32Array }>;
  const outputs = executable.outputs as Record<string, { data: Float32Array }>;
  for (const name of Object.keys(graph.inputs)) {
    inputs[name]!.data.set(encode(values[name]!.dtype, values[name]!.data) as Float32Array);
  }
  await executable.run();
  const results = Object.entries(outputs).map(([name, { data }]) => [name, Float64Array.from(data, Number)] as const);
  await executable.release();
  return Object.fromEntries(results);
}

/** `entries` numbers as an array of a shape. */
export const array = (shape: readonly number[], dtype: DType, entries: ArrayLike<number>): NdArray => ({
  shape,
  dtype,
  data: Float64Array.from(entries, (x) => (dtype === 'float32' ? Math.fround(x) : x)),
});

/** Numbers that are uniform in (low, high). */
export function uniform(seed: number, count: number, low = -2, high = 2): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: count }, () => low + (high - low) * random.next());
}

export const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, x, i) => sum + x * b[i]!, 0);
