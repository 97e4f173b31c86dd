import { InputError, showValue } from '@unbraid/checks';
import type { OnnxModel } from '../import/onnx-model.ts';
import { makersIn } from '../proto/names.ts';

/** Operators that are between a model's last product and its output, in whose first input the product is. */
const BEHIND: ReadonlySet<string> = new Set([
  ...['Add', 'Cast', 'Flatten', 'Identity', 'LogSoftmax', 'Reshape', 'Sigmoid', 'Softmax', 'Squeeze', 'Unsqueeze'],
]);

const PRODUCTS: ReadonlySet<string> = new Set(['Conv', 'Gemm', 'MatMul']);

/**
 * What the last product with a weight reads before the model's output: the features that a head is put on.
 * @throws {InputError} `setting`, where the model ends in something else
 */
export function headInput({ file, output }: OnnxModel): string {
  const { graph, weights } = file;
  const makers = makersIn(graph);
  const stored = new Set([...weights, ...graph.initializers].map(({ name }) => name));
  let value = output;
  for (let node = makers.get(value); node !== undefined; node = makers.get(value)) {
    if (PRODUCTS.has(node.type)) return node.inputs.find((name) => !stored.has(name) && reachesData(name))!;
    if (!BEHIND.has(node.type)) break;
    value = node.inputs.find((name) => !stored.has(name) && reachesData(name)) ?? '';
  }
  const found = makers.get(value)?.type ?? 'an input';
  throw new InputError(
    'setting',
    `onnx: replaceHead: before the output ${showValue(output)} of ${file.name} is ${found}, and no product with a weight; give at, the value that the head reads`,
  );

  /** Whether a value is more than a weight that was moved. */
  function reachesData(name: string): boolean {
    const behind = [name];
    const inputs = new Set(graph.inputs.map((each) => each.name));
    const seen = new Set<string>();
    for (let each = behind.pop(); each !== undefined; each = behind.pop()) {
      if (inputs.has(each)) return true;
      if (seen.has(each)) continue;
      seen.add(each);
      behind.push(...(makers.get(each)?.inputs ?? []));
    }
    return false;
  }
}
