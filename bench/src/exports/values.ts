import type { SafeTensor } from '@unbraid/data';
import { type AnyGraph, evaluate, type NdArray, type Tensor } from '@unbraid/graph';
import type { Random } from '@unbraid/kernels';

/** Tensors of a graph by their names in the exported file: keys from the input or output down, joined by dots. */
export function namedTensors(tree: unknown, path = ''): [name: string, tensor: Tensor][] {
  if (isTensor(tree)) return [[path, tree]];
  return Object.entries(tree as object).flatMap(([key, branch]) => namedTensors(branch, path ? `${path}.${key}` : key));
}

function isTensor(tree: unknown): tree is Tensor {
  return typeof tree === 'object' && tree !== null && 'operator' in tree && 'dtype' in tree;
}

/** Random values for a graph's inputs: normal for floats, 0, 1 or 2 for integers. */
export function randomInputs(graph: AnyGraph, random: Random): Map<string, NdArray> {
  return new Map(namedTensors(graph.inputs).map(([name, tensor]) => [name, randomArray(tensor, random)]));
}

function randomArray({ shape, dtype }: Tensor, random: Random): NdArray {
  const data = new Float64Array(shape.reduce((product, size) => product * size, 1));
  if (dtype === 'int32') for (let i = 0; i < data.length; i++) data[i] = random.int(3);
  else random.normal(data);
  return { shape, dtype, data };
}

/** What the graph computes of these inputs, by TypeScript in double precision, without ONNX Runtime. */
export function expectedOutputs(graph: AnyGraph, inputs: ReadonlyMap<string, NdArray>): Map<string, NdArray> {
  const values = new Map(namedTensors(graph.inputs).map(([name, tensor]) => [tensor, inputs.get(name)!]));
  const outputs = namedTensors(graph.outputs);
  const results = evaluate(
    outputs.map(([, tensor]) => tensor),
    values,
  );
  return new Map(outputs.map(([name], index) => [name, results[index]!]));
}

/** Arrays as they stand in a safetensors file. @throws {Error} for an element type that no graph here has */
export function safeTensors(arrays: ReadonlyMap<string, NdArray>): Record<string, SafeTensor> {
  return Object.fromEntries([...arrays].map(([name, array]) => [name, safeTensor(name, array)]));
}

function safeTensor(name: string, { shape, dtype, data }: NdArray): SafeTensor {
  if (dtype === 'float32') return { dtype: 'F32', shape, data: Float32Array.from(data) };
  if (dtype === 'int32') return { dtype: 'I32', shape, data: Int32Array.from(data) };
  if (dtype === 'int64') return { dtype: 'I64', shape, data: BigInt64Array.from(data, BigInt) };
  if (dtype === 'bool') return { dtype: 'BOOL', shape, data: Uint8Array.from(data) };
  throw new Error(`bench: ${name} is ${dtype}, which is not written here`);
}
