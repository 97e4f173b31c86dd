import type { Matrix } from '@unbraid/data';
import { compile, f32, type Runtime, type Scope, type Tensor, type TensorSpec, trace } from '@unbraid/graph';
import type { AnyModel, ParamSpec } from '@unbraid/nn';
import type { Vector } from './basis.ts';
import type { SymmetricOperator } from './lanczos.ts';

/** The weights at which an operator is taken, and the inputs that it depends on. */
export interface OperatorPoint {
  readonly model: AnyModel;
  readonly params: Float32Array;
  readonly x: Matrix;
  /** Those that the operator will be applied to. */
  readonly vectors: readonly Vector[];
  /** What they are. Default: trees like the weights. */
  readonly of?: TensorSpec;
}

/** Trees of weights, or what the vectors are: the types of `trace` can't follow their depth. */
export interface OperatorInputs {
  readonly params: Tensor;
  readonly v: Tensor;
  readonly x: Tensor;
}

/**
 * Compiles an operator on weights, or on what the vectors are: `product` makes of weights, a vector v and inputs another like v, linear in v. It reads
 * and writes the vectors in place.
 */
export async function compileOperator(
  scope: Scope,
  runtime: Runtime,
  { model, params, x, vectors, of }: OperatorPoint,
  product: (inputs: OperatorInputs) => Tensor,
): Promise<SymmetricOperator> {
  const specs = model.params as ParamSpec;
  const graph = trace({ params: specs, v: of ?? specs, x: f32(x.rows, x.cols) }, (inputs) => ({
    out: product(inputs),
  }));
  let [from, to] = [vectors[0]!, vectors[1]!];
  const executable = scope.own(
    await compile(graph, runtime, {
      inputs: { params: { data: params }, x: { data: x.data }, v: reading(() => from.data) },
      outputs: { out: reading(() => to.data) },
    }),
  );
  return {
    async apply(v, out) {
      [from, to] = [v, out];
      await executable.run();
    },
  };
}

/** What an executable reads or writes, asked for anew at each run. */
export const reading = (data: () => Float32Array) => ({
  get data() {
    return data();
  },
});
