import { f32, hvp, jvp, mul, type Runtime, reduceSum, type Scope, type Tensor, vjp } from '@unbraid/graph';
import { applyModel } from '@unbraid/nn';
import type { PreparedFunction } from './hessian.ts';
import type { SymmetricOperator } from './lanczos.ts';
import { requireSmooth } from './smooth.ts';
import { compileOperator, type OperatorInputs, type OperatorPoint } from './weight-operator.ts';

/** ½ ‖f‖², whose Hessian by the outputs is 1, so that its generalized Gauss-Newton matrix is Jᵀ J. */
const halfSquare = (outputs: Tensor): Tensor => mul(reduceSum(mul(outputs, outputs)), 0.5);

/**
 * v ↦ Jᵀ H_L J v, the generalized Gauss–Newton part of the Hessian of a loss L of the outputs (Schraudolph 2002), all rows in one batch; H_L is the loss's
 * Hessian by the outputs.
 * @throws {InputError} from the product, for a loss with kinks
 */
export function gaussNewtonProduct({ model, scalar = halfSquare }: Pick<PreparedFunction, 'model' | 'scalar'>) {
  const smooth = (outputs: Tensor): Tensor => {
    const loss = scalar(outputs);
    requireSmooth('the Gauss-Newton matrix', loss);
    return loss;
  };
  return ({ params, v, x }: OperatorInputs): Tensor => {
    const outputs = (at: Tensor): Tensor => applyModel(model, at, x);
    const { value, tangent } = jvp(outputs, params, v);
    return vjp(outputs, params, hvp(smooth)(value, tangent)).cotangent;
  };
}

/** The tangent kernel J Jᵀ of a batch as an operator on outputs, flat: v ↦ J (Jᵀ v), neither J nor the kernel formed. */
export function compileKernelOperator(
  scope: Scope,
  runtime: Runtime,
  { outputs, ...point }: OperatorPoint & { readonly outputs: number },
): Promise<SymmetricOperator> {
  const product = ({ params, v, x }: OperatorInputs): Tensor => {
    const apply = (at: Tensor): Tensor => applyModel(point.model, at, x);
    return jvp(apply, params, vjp(apply, params, v).cotangent).tangent;
  };
  return compileOperator(scope, runtime, { ...point, of: f32(point.x.rows, outputs) }, product);
}
