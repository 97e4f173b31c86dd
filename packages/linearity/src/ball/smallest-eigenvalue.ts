import type { Matrix } from '@unbraid/data';
import { compile, f32, grad, hvp, mul, type Runtime, reduceSum, type Scope, type Tensor, trace } from '@unbraid/graph';
import { applyModel, type ParamSpec } from '@unbraid/nn';
import { EigenvalueDecomposition, Matrix as MlMatrix } from 'ml-matrix';
import type { Kernel } from '../tangent-kernel.ts';
import type { TangentPoint } from '../tangent-point.ts';

/** λ_min of a kernel, how far it is off by rounding at most, and its eigenvector, of length 1. */
export interface SmallestEigenvalue {
  readonly value: number;
  readonly bound: number;
  readonly vector: Float32Array;
}

export function smallestOf({ kernel, relativeError }: Kernel): SmallestEigenvalue {
  const { rows } = kernel;
  const matrix = MlMatrix.from1DArray(rows, rows, kernel.data);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const at = realEigenvalues.reduce((least, value, i) => (value < realEigenvalues[least]! ? i : least), 0);
  return {
    value: realEigenvalues[at]!,
    bound: (relativeError + rows * Number.EPSILON) * matrix.norm('frobenius'),
    vector: Float32Array.from(eigenvectorMatrix.getColumn(at)),
  };
}

/** The gradient of an eigenvalue by the weights. */
export type EigenvalueGradient = (at: Float32Array, vector: Float32Array) => Promise<Float32Array>;

/**
 * ∇ λ = 2 H_s ∇s with s(w) = u · f(w), u the eigenvector held fixed: λ = uᵀ J Jᵀ u = ‖∇s‖², and where λ is simple its derivative is that at fixed u (Hellmann and
 * Feynman). So it takes a Hessian-vector product and no derivative of the kernel. With kinks it is that of a smooth piece.
 */
export async function compileEigenvalueGradient(
  scope: Scope,
  runtime: Runtime,
  { model, params, x, outputs }: TangentPoint & { readonly x: Matrix; readonly outputs: number },
): Promise<EigenvalueGradient> {
  const specs = { params: model.params as ParamSpec, x: f32(x.rows, x.cols), u: f32(x.rows, outputs) };
  const graph = trace(specs, (inputs) => {
    const s = (at: Tensor): Tensor => reduceSum(mul(applyModel(model, at, inputs.x), inputs.u));
    const at = inputs.params as Tensor;
    return { g: hvp(s)(at, grad(s)(at)) };
  });
  const place = new Float32Array(params.length);
  const weights = new Float32Array(x.rows * outputs);
  const product = new Float32Array(params.length);
  const executable = scope.own(
    await compile(graph, runtime, {
      inputs: { params: { data: place }, x: { data: x.data }, u: { data: weights } },
      outputs: { g: { data: product } },
    }),
  );
  return async (at, vector) => {
    place.set(at);
    weights.set(vector);
    await executable.run();
    return product.map((value) => 2 * value);
  };
}
