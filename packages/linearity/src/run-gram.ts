import type { Matrix } from '@unbraid/data';
import {
  compile,
  type DType,
  mapTree,
  type Runtime,
  spec,
  type TensorSpec,
  type TypedArray,
  trace,
  withScope,
} from '@unbraid/graph';
import type { AnyModel } from '@unbraid/nn';
import { gramKernel } from './gram-kernel.ts';

/** Inputs of the rows and of the columns, and the type that all is computed in. */
interface GramSizes {
  readonly x: Matrix;
  readonly z: Matrix;
  readonly dtype: DType;
  /** Structured parameters that count, too. Default none. */
  readonly paths?: readonly string[];
}

/** Compiles `gramKernel` for an element type and runs it once. */
export async function runGram(
  model: AnyModel,
  values: Readonly<Record<'params' | 'x' | 'z', TypedArray>>,
  { x, z, dtype, paths }: GramSizes,
  runtime: Runtime,
): Promise<{ data: TypedArray; rows: number; cols: number }> {
  // The tree is of unknown depth, which the types of `trace` can't follow.
  const params = mapTree<unknown, TensorSpec>(model.params, ({ shape }) => spec(shape, dtype)) as TensorSpec;
  const specs = { params, x: spec([x.rows, x.cols], dtype), z: spec([z.rows, z.cols], dtype) };
  const graph = trace(specs, (t) => ({ k: gramKernel(model, t.params, t.x, z === x ? t.x : t.z, paths)! }));
  const [rows, cols] = graph.outputs.k.shape as [number, number];
  return withScope(async (scope) => {
    const inputs = { params: { data: values.params }, x: { data: values.x }, z: { data: values.z } };
    const executable = scope.own(await compile(graph, runtime, { inputs }));
    await executable.run();
    return { data: executable.outputs.k.data.slice(), rows, cols };
  });
}
