import {
  compile,
  f32,
  hvp,
  jvp,
  mul,
  type Runtime,
  reduceSum,
  type Scope,
  type Tensor,
  trace,
  vjp,
} from '@unbraid/graph';
import { applyModel, type ParamSpec } from '@unbraid/nn';
import type { Vector } from '../basis.ts';
import type { PreparedFunction } from '../hessian.ts';
import type { SymmetricOperator } from '../lanczos.ts';
import { type OperatorInputs, reading } from '../weight-operator.ts';

/** ½ ‖f‖², whose Hessian by the outputs is 1. */
const halfSquare = (outputs: Tensor): Tensor => mul(reduceSum(mul(outputs, outputs)), 0.5);

/**
 * v ↦ Jᵀ H_L J v, the generalized Gauss–Newton part of the Hessian of a loss L of the outputs (Schraudolph 2002), all rows in one batch; H_L is the loss's
 * Hessian by the outputs.
 */
export const gaussNewtonProduct =
  ({ model, scalar = halfSquare }: Pick<PreparedFunction, 'model' | 'scalar'>) =>
  ({ params, v, x }: OperatorInputs): Tensor => {
    const outputs = (at: Tensor): Tensor => applyModel(model, at, x);
    const { value, tangent } = jvp(outputs, params, v);
    return vjp(outputs, params, hvp(scalar)(value, tangent)).cotangent;
  };

/** The tangent kernel J Jᵀ of a batch as an operator on outputs, flat: v ↦ J (Jᵀ v), neither J nor the kernel formed. */
export async function compileKernelOperator(
  scope: Scope,
  runtime: Runtime,
  { model, params, x, outputs }: Pick<PreparedFunction, 'model' | 'params' | 'x'> & { readonly outputs: number },
): Promise<SymmetricOperator> {
  const specs = { params: model.params as ParamSpec, v: f32(x.rows, outputs), x: f32(x.rows, x.cols) };
  const graph = trace(specs, (inputs) => {
    const apply = (at: Tensor): Tensor => applyModel(model, at, inputs.x);
    const { cotangent } = vjp(apply, inputs.params as Tensor, inputs.v);
    return { out: jvp(apply, inputs.params as Tensor, cotangent).tangent };
  });
  let from: Vector = { data: new Float32Array(x.rows * outputs) };
  let to: Vector = from;
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
